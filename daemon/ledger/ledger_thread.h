#pragma once
// Makes turn N durable while the core builds turn N+1.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "daemon/ledger/gathering.h"
#include "daemon/ledger/ledger.h"
#include "daemon/ledger/record.h"

namespace deskd::ledger {

/// One turn on its way to the disk. `durable` runs on the ledger thread once the record is synced,
/// in order of submission; it runs at once, inside `submit`, for an empty record behind nothing.
struct Submission {
  Record record;
  std::move_only_function<void()> durable;
  std::vector<Record> further = {};  // of the same turn, whole with `record` or not at all
  std::size_t receipts = 1;          // senders that wait for it
  std::size_t bytes = 0;  // of the record, which goes before the rest does; set by `submit`
};

struct LedgerHealth {
  bool has_room =
      true;  // false: senders get 503, the record under way is tried again until there is room
  std::string reason;       // why not
  std::uint64_t bytes = 0;  // on disk, when asked
  std::uint64_t records_synced = 0;
};

/// Owns the ledger and its thread. `submit` never blocks on the disk; the caller submits only while
/// it `takes_more`. While a sync runs, what was submitted is gathered into the next transaction;
/// after it, for a part of a commit's time, where that pays (see Gathering).
///
/// Without room the same records are tried again, after 100 ms and then ever longer, up to 1 s.
/// From 90 % of size_max on each commit is followed by a pause that grows with what is taken, up to
/// 100 ms, so that senders feel the end before it comes.
class LedgerThread {
 public:
  struct Calls {
    std::function<void()> on_progress;  // a submission became durable: the core may submit again
    std::function<void(bool has_room)> on_room;  // room ended or came back; on the ledger thread
    std::function<void(std::string reason)>
        on_broken;  // must not return: the process ends and recovers
    std::function<void(double seconds)> on_commit;  // how long a commit took
  };

  LedgerThread(std::unique_ptr<Ledger> ledger, Calls calls);
  /// Commits what was submitted, then joins. With no room left it gives up after a bounded time;
  /// what is left then is dropped without its `durable` having run.
  ~LedgerThread();
  LedgerThread(const LedgerThread&) = delete;
  LedgerThread& operator=(const LedgerThread&) = delete;

  /// One thread: the core's. Any other member: any thread.
  void submit(Submission submission);
  /// False while limits::turns_in_flight_max are under way, or more if they are small: of a few
  /// senders that wait for each other's commits as many as can shall be in the next one.
  bool takes_more() const;
  std::size_t in_flight() const;
  LedgerHealth health() const;

 private:
  using Clock = std::chrono::steady_clock;
  using Group = std::deque<Submission>;

  // Ledger thread.
  void run();
  Group next_group();
  bool is_gathered() const;
  bool nothing_waits() const;
  bool takes_more_now() const;
  bool make_durable(std::span<const Record> records);
  void settle(Group& group, std::size_t records, Clock::duration took);
  void tell_room(bool has_room);
  bool may_try_again(Clock::duration pause);
  void slow_down_near_the_end();

  // Fixed after construction.
  const Calls calls_;

  // Ledger thread only, but for `bytes`.
  const std::unique_ptr<Ledger> ledger_;
  Gathering gathering_;
  Clock::time_point settled_at_;  // the last commit

  // Under the lock.
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Submission> waiting_;
  std::size_t receipts_waiting_ = 0;  // of all that waits
  std::size_t receipts_wanted_ = 0;   // with so many a pause ends; 0: none is made, or it is over
  std::size_t in_flight_ = 0;
  std::size_t bytes_in_flight_ = 0;  // of their records
  LedgerHealth health_;
  bool stopping_ = false;
  Clock::time_point give_up_at_;

  std::thread thread_;
};

}  // namespace deskd::ledger
