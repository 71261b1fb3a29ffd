#include "daemon/ledger/ledger_thread.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "config/check.h"
#include "config/limits.h"
#include "config/thread_name.h"

namespace deskd::ledger {

LedgerThread::LedgerThread(std::unique_ptr<Ledger> ledger, Calls calls)
    : calls_(std::move(calls)), ledger_(std::move(ledger)) {
  thread_ = std::thread([this] {
    config::name_this_thread("ledger");
    run();
  });
}

LedgerThread::~LedgerThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    give_up_at_ = Clock::now() + limits::ledger_stop_max;
  }
  wake_.notify_all();
  thread_.join();
}

void LedgerThread::submit(Submission submission) {
  bool must_wait = false;
  bool must_wake = true;
  {
    const std::lock_guard lock(mutex_);
    must_wait = !submission.record.empty() || in_flight_ > 0;
    if (must_wait) {
      ++in_flight_;
      submission.bytes = submission.record.bytes();
      bytes_in_flight_ += submission.bytes;
      receipts_waiting_ += submission.receipts;
      must_wake = is_gathered();
      waiting_.push_back(std::move(submission));
    }
  }
  // Without the lock, on which the thread that wakes would stop at once.
  if (must_wait) {
    if (must_wake) wake_.notify_one();
  } else if (submission.durable) {
    submission.durable();
  }
}

bool LedgerThread::takes_more() const {
  const std::lock_guard lock(mutex_);
  return takes_more_now();
}

bool LedgerThread::takes_more_now() const {
  return in_flight_ < limits::turns_in_flight_max ||
         (in_flight_ < limits::small_turns_in_flight_max &&
          bytes_in_flight_ <= limits::small_turns_bytes_max);
}

std::size_t LedgerThread::in_flight() const {
  const std::lock_guard lock(mutex_);
  return in_flight_;
}

LedgerHealth LedgerThread::health() const {
  const std::uint64_t bytes = ledger_->bytes();
  const std::lock_guard lock(mutex_);
  LedgerHealth health = health_;
  health.bytes = bytes;
  return health;
}

void LedgerThread::run() {
  std::vector<Record> records;
  for (Group group = next_group(); !group.empty(); group = next_group()) {
    for (Submission& submission : group) {
      if (!submission.record.empty()) records.push_back(std::move(submission.record));
      std::ranges::move(submission.further, std::back_inserter(records));
      submission.further.clear();
    }
    const auto began = Clock::now();
    if (!records.empty() && !make_durable(records)) return;
    settle(group, records.size(), Clock::now() - began);
    if (records.empty()) continue;
    // Now, not with the next turn, which may be long in coming: they may be large.
    records.clear();
    if (nothing_waits()) ledger_->tidy();
    slow_down_near_the_end();
  }
}

/// All that waits, after the pause that it is worth; nothing when the thread shall end.
LedgerThread::Group LedgerThread::next_group() {
  std::unique_lock lock(mutex_);
  const bool has_paused = receipts_wanted_ > 0;
  if (has_paused) {
    wake_.wait_until(lock, settled_at_ + gathering_.patience(), [this] { return is_gathered(); });
    receipts_wanted_ = 0;
  }
  wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
  if (has_paused) gathering_.begins(Clock::now() - settled_at_, receipts_waiting_);
  receipts_waiting_ = 0;
  return std::exchange(waiting_, {});
}

/// No one else can come, or those who were expected are here.
bool LedgerThread::is_gathered() const {
  return stopping_ || receipts_waiting_ >= receipts_wanted_ || !takes_more_now();
}

bool LedgerThread::nothing_waits() const {
  const std::lock_guard lock(mutex_);
  return waiting_.empty();
}

/// False: gave up, because deskd stops and no room came back.
bool LedgerThread::make_durable(std::span<const Record> records) {
  Clock::duration pause = limits::ledger_retry_min;
  for (;;) {
    const auto began = Clock::now();
    switch (ledger_->commit(records)) {
      case CommitResult::synced:
        if (calls_.on_commit) {
          calls_.on_commit(std::chrono::duration<double>(Clock::now() - began).count());
        }
        tell_room(true);
        return true;
      case CommitResult::no_room:
        tell_room(false);
        if (!may_try_again(pause)) return false;
        pause = std::min<Clock::duration>(2 * pause, limits::ledger_retry_max);
        break;
      case CommitResult::broken:
        if (calls_.on_broken) calls_.on_broken(ledger_->last_error());
        DESKD_CHECK(!"a broken ledger must end the process");
    }
  }
}

/// Waits for `pause`; a stop cuts it short once, for a last series of attempts.
bool LedgerThread::may_try_again(Clock::duration pause) {
  std::unique_lock lock(mutex_);
  if (!stopping_) {
    wake_.wait_for(lock, pause, [this] { return stopping_; });
    return true;
  }
  if (Clock::now() + pause > give_up_at_) return false;
  lock.unlock();
  std::this_thread::sleep_for(pause);
  return true;
}

void LedgerThread::tell_room(bool has_room) {
  {
    const std::lock_guard lock(mutex_);
    health_.reason = has_room ? std::string{} : ledger_->last_error();
    if (health_.has_room == has_room) return;
    health_.has_room = has_room;
  }
  if (calls_.on_room) calls_.on_room(has_room);
}

void LedgerThread::settle(Group& group, std::size_t records, Clock::duration took) {
  std::size_t receipts = 0;
  for (const Submission& submission : group) receipts += submission.receipts;
  {
    const std::lock_guard lock(mutex_);
    health_.records_synced += records;
    settled_at_ = Clock::now();
    receipts_wanted_ = records > 0 ? gathering_.after_commit(took, receipts, receipts_waiting_) : 0;
  }
  for (Submission& submission : group) {
    if (submission.durable) submission.durable();
    submission.durable = nullptr;  // what it held may be large, and the next turn long in coming
    // Only now: while a call runs, nothing behind it may settle at once.
    const std::lock_guard lock(mutex_);
    --in_flight_;
    bytes_in_flight_ -= submission.bytes;
  }
  if (calls_.on_progress) calls_.on_progress();
}

void LedgerThread::slow_down_near_the_end() {
  if (!ledger_->may_be_nearly_full()) return;
  const double over = ledger_->fullness() - limits::ledger_slow_from;
  if (over <= 0) return;
  const double share = std::min(1.0, over / (1.0 - limits::ledger_slow_from));
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, share * std::chrono::duration<double>(limits::ledger_slow_max),
                 [this] { return stopping_; });
}

}  // namespace deskd::ledger
