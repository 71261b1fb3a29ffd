#pragma once
// A source that runs by itself, with a thread of its own, rather than waiting for requests.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "connectors/judging.h"

namespace deskd::connectors {

/// How a running source is doing, for people.
struct SourceState {
  std::string state;   // "reading", "listening", "broker away" …
  std::string detail;  // one sentence; empty: all is well
  std::vector<std::pair<std::string, std::string>> facts;  // engine id, counts …
};

/// Made and started by the app, stopped before the core: what it has offered by then is still
/// committed and answered. It decodes, judges and offers its batches to the inbox on its own
/// thread. What fails outside is a state and a counter, never an exception.
class RunningSource {
 public:
  virtual ~RunningSource() = default;
  virtual void start() = 0;
  /// Returns when its thread has ended. May be called again.
  virtual void stop() = 0;
  /// A new setup took over: what differs is applied without losing what is under way. Any thread;
  /// does not wait.
  virtual void adopt(std::shared_ptr<const Judging> setup) = 0;
  /// Any thread.
  virtual SourceState state() const = 0;
};

}  // namespace deskd::connectors
