#pragma once
// Whether a commit should wait for the senders whose answers have just gone out.

#include <chrono>
#include <cstddef>

namespace deskd::ledger {

/// A few senders that wait for their answers before they send again share a disk best when all of
/// them stand in each commit. Left alone they fall into two halves, of which one waits while the
/// other is synced. A pause after a commit brings them together, which pays when they come back
/// much sooner than a commit takes. PostgreSQL's commit_delay is such a pause, of a length that its
/// users have to find (https://www.postgresql.org/docs/15/wal-configuration.html).
///
/// Here a pause ends as soon as those who are expected have come, and one that did not pay doubles
/// the number of commits that follow without one. So a disk that is faster than its senders' way
/// back, or senders that wait for nothing, lose a pause in 256 commits. Times are arguments.
class Gathering {
 public:
  using Clock = std::chrono::steady_clock;

  /// A commit that took `took` has settled `settled` receipts; `waiting` others came meanwhile.
  /// Says with how many the next commit should begin; 0: with what there is, without a pause.
  std::size_t after_commit(Clock::duration took, std::size_t settled, std::size_t waiting);

  /// How long after its predecessor's end the next commit should begin at the latest.
  Clock::duration patience() const;

  /// The next commit, for which a pause was made, begins `paused` after its predecessor's end with
  /// `gathered` receipts.
  void begins(Clock::duration paused, std::size_t gathered);

 private:
  std::size_t wanted_ = 0;           // by the next commit; 0: no pause
  Clock::duration commit_{};         // how long one takes, smoothed
  unsigned without_pause_ = 0;       // commits still to come that begin at once
  unsigned next_without_pause_ = 0;  // so many after the next pause that does not pay
};

}  // namespace deskd::ledger
