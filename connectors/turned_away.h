#pragma once
// The last messages that never became alerts, kept for people who ask where theirs went.

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "rules/outcome.h"
#include "rules/time.h"

namespace deskd::connectors {

class Batch;

/// A malformed element or body, or a message that was refused whole.
struct TurnedAway {
  std::uint64_t number = 0;  // counts from 1; given by the log
  rules::Time at;            // of receipt
  std::string source;
  std::string sender;  // as the first alert names it, else the peer's address
  rules::Outcome outcome = rules::Outcome::malformed;
  std::uint64_t index = 0;   // malformed: of the element in the body's list of alerts
  std::uint64_t alerts = 1;  // refused: how many the message held
  std::string pointer;       // RFC 6901, into the body; refused: empty
  std::string detail;
  std::string raw;  // UTF-8, at most limits::raw_shown_bytes of it
};

/// Bounded by limits::turned_away_max and turned_away_bytes_max, the oldest go first. Any thread;
/// one lock for each message that is turned away, none for those that are taken.
class TurnedAwayLog {
 public:
  using Entry = std::shared_ptr<const TurnedAway>;

  /// Those of one message, in its order.
  void add(std::vector<TurnedAway> entries);
  /// A batch that was refused whole after it was decoded.
  void add_refused(Batch& batch, std::string_view why);

  /// From the newest on.
  std::vector<Entry> read() const;

 private:
  struct Kept {
    Entry entry;
    std::size_t bytes = 0;
  };

  mutable std::mutex mutex_;
  std::deque<Kept> kept_;   // under mutex_; the newest last
  std::size_t bytes_ = 0;   // under mutex_
  std::uint64_t last_ = 0;  // under mutex_
};

}  // namespace deskd::connectors
