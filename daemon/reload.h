#pragma once
// Reads everything that people wrote again, and lets it take over only when all of it is right.

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "config/problems.h"
#include "daemon/core/core_thread.h"
#include "daemon/setup/setup.h"

namespace deskd::daemon {

struct ReloadResult {
  bool taken_over = false;            // and committed
  config::Problems problems;          // every mistake of all files; warnings too when it took over
  std::vector<std::string> restarts;  // what differs but needs a restart to take effect
  rules::SetupNumber number = 0;
  std::string hash;
  std::string fault;  // why it could not be committed though the files are right
};

/// Has a thread of its own, since reading 10,000 rules takes longer than a request may wait behind.
/// Reloads run one after the other, in the order in which they were asked for. Any thread may ask.
class Reloader {
 public:
  using Done = std::move_only_function<void(ReloadResult)>;
  struct Parts {
    std::string config_path;
    Settings running;  // those of the start: where deskd listens and keeps its ledger
    CoreAccess& core;
    /// Called inside the turn that adopts it, before the answer: publishes it to source threads.
    std::function<void(std::shared_ptr<const Setup>)> publish;
    /// Called once for each reload, before `done`.
    std::function<void(const ReloadResult&)> on_result;
  };

  explicit Reloader(Parts parts);
  ~Reloader();

  /// `done` is called once, when the new setup is committed or refused.
  void request(Done done);

 private:
  void run();
  void reload(Done done);

  Parts parts_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Done> waiting_;  // under mutex_
  bool stopping_ = false;     // under mutex_
  std::thread thread_;
};

}  // namespace deskd::daemon
