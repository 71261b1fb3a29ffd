#include "daemon/core/core_thread.h"

#include <algorithm>
#include <utility>

#include "config/limits.h"
#include "config/thread_name.h"
#include "connectors/judged_batch.h"

namespace deskd::daemon {

namespace {

using SteadyClock = std::chrono::steady_clock;

// A page is looked at to its end before the next one is begun, so that few that are half done take
// memory; a list that takes longer lets others through in between.
constexpr std::size_t page_looks_max = limits::search_max / limits::search_look_max;

const Confirmation refused_stopping{Confirmation::Kind::refused, "deskd is stopping"};
const Confirmation refused_full{Confirmation::Kind::refused, "too many requests wait for the core"};
const Confirmation refused_no_room{Confirmation::Kind::refused, "the ledger has no room"};

/// What a durable turn owes: receipts to settle, books to close, answers to give. A turn that never
/// becomes durable because deskd stops still answers: a receipt settles itself as rejected, a
/// command is refused.
struct Debts {
  std::vector<AppliedBatch> batches;
  std::vector<CoreAccess::Answer> answers;

  Debts(std::vector<AppliedBatch> owed_batches, std::vector<CoreAccess::Answer> owed_answers)
      : batches(std::move(owed_batches)), answers(std::move(owed_answers)) {}
  Debts(Debts&&) noexcept = default;
  ~Debts() {
    for (auto& answer : answers) answer(refused_stopping);
  }

  void pay(connectors::Accounts& accounts) {
    close_books(accounts);
    for (AppliedBatch& applied : batches) {
      if (applied.settlement.kind == connectors::Settlement::Kind::conflict) {
        accounts.turned_away().add_refused(*applied.batch,
                                           "its Idempotency-Key came with another body before");
      }
      applied.batch->receipt.settle(std::move(applied.settlement));
    }
    for (auto& answer : std::exchange(answers, {})) answer({});
  }

  /// Once for a run of batches of one source, which most turns are.
  void close_books(connectors::Accounts& accounts) const {
    rules::OutcomeCounts outcomes;
    for (std::size_t i = 0; i < batches.size(); ++i) {
      outcomes += batches[i].outcomes;
      if (i + 1 < batches.size() && batches[i + 1].batch->source == batches[i].batch->source) {
        continue;
      }
      accounts.settled(batches[i].batch->source, std::exchange(outcomes, {}));
    }
  }
};

}  // namespace

CoreThread::CoreThread(Core core, std::unique_ptr<ledger::Ledger> ledger, Parts parts)
    : core_(std::move(core)), parts_(std::move(parts)) {
  ledger::LedgerThread::Calls calls;
  calls.on_progress = [this] { on_progress(); };
  calls.on_room = [this](bool has_room) {
    has_room_ = has_room;
    parts_.inbox.hold(!has_room);
    parts_.on_room(has_room, has_room ? std::string{} : ledger_->health().reason);
    wake();
  };
  calls.on_broken = parts_.on_broken;
  calls.on_commit = parts_.on_commit;
  ledger_ = std::make_unique<ledger::LedgerThread>(std::move(ledger), std::move(calls));
}

CoreThread::~CoreThread() { stop(std::chrono::milliseconds{0}); }

void CoreThread::start() {
  thread_ = std::thread([this] {
    config::name_this_thread("core");
    run();
  });
}

void CoreThread::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  wake_.notify_one();
}

// A wake-up that nobody waits for costs a busy machine two changes of threads for each commit.
void CoreThread::on_progress() {
  {
    const std::lock_guard lock(mutex_);
    if (!awaits_progress_) return;
    woken_ = true;
  }
  wake_.notify_one();
}

bool CoreThread::stop(std::chrono::milliseconds patience) {
  if (!thread_.joinable()) return true;
  std::unique_lock lock(mutex_);
  stopping_ = true;
  woken_ = true;
  wake_.notify_one();
  const bool done = ended_signal_.wait_for(lock, patience, [this] { return ended_; });
  ended_ = true;  // if it was not: the loop sees it and leaves what it has not committed
  lock.unlock();
  wake_.notify_one();
  thread_.join();
  return done;
}

void CoreThread::query(Look look, Answer answer) {
  std::unique_lock lock(mutex_);
  if (stopping_ || queries_.size() >= limits::commands_waiting_max) {
    const auto& why = stopping_ ? refused_stopping : refused_full;
    lock.unlock();
    return answer(why);
  }
  queries_.push_back({std::move(look), std::move(answer)});
  lock.unlock();
  wake_.notify_one();
}

void CoreThread::command(std::move_only_function<void(Core&)> change, Answer answer) {
  std::unique_lock lock(mutex_);
  if (stopping_ || !has_room_ || commands_.size() >= limits::commands_waiting_max) {
    const auto& why = stopping_ ? refused_stopping : !has_room_ ? refused_no_room : refused_full;
    lock.unlock();
    return answer(why);
  }
  commands_.push_back({std::move(change), std::move(answer)});
  lock.unlock();
  wake_.notify_one();
}

ledger::LedgerHealth CoreThread::ledger_health() const { return ledger_->health(); }

void CoreThread::run() {
  // A start changes things too: nobody shall be shown them before they are durable.
  run_turn();
  std::unique_lock lock(mutex_);
  while (!ended_) {
    wait(lock);
    ++rounds_;
    notice_deafness();
    woken_ = false;
    auto queries = std::exchange(queries_, {});
    lock.unlock();
    queries = look(std::move(queries));
    answer_waiting();
    if (has_room_) {
      if (turn_is_possible() && turn_is_due()) run_turn();
    } else {
      turn_away();
    }
    round_wanted_ = SteadyClock::now() + parts_.on_round(core_);
    lock.lock();
    // First come, first looked for.
    queries_.insert(queries_.begin(), std::move_iterator(queries.begin()),
                    std::move_iterator(queries.end()));
    if (is_done()) ended_ = true;
  }
  auto not_seen = std::exchange(queries_, {});
  lock.unlock();
  ended_signal_.notify_all();
  for (auto& query : not_seen) query.answer(refused_stopping);
  for (auto& query : waiting_) query.answer({Confirmation::Kind::unconfirmed, "deskd is stopping"});
  waiting_.clear();
}

// Rounds are a second apart at most, unless the machine slept. A commit may take long too.
void CoreThread::notice_deafness() {
  const auto now = parts_.clock();
  const bool was_long = rules::is_known(heard_at_) && now - heard_at_ > limits::live_word_holds;
  was_deaf_ = was_deaf_ || was_long || !has_room_;
  if (!rules::is_known(heard_at_) || (has_room_ && turn_is_possible())) heard_at_ = now;
}

bool CoreThread::is_done() const {
  return stopping_ && commands_.empty() && queries_.empty() && waiting_.empty() &&
         parts_.inbox.empty() && ledger_->in_flight() == 0;
}

bool CoreThread::turn_is_possible() const { return ledger_->takes_more(); }

bool CoreThread::turn_is_due() const {
  if (more_is_due_ || !parts_.inbox.empty()) return true;
  const auto deadline = core_.next_deadline();
  if (rules::is_known(deadline) && deadline <= parts_.clock()) return true;
  const std::lock_guard lock(mutex_);
  return !commands_.empty();
}

void CoreThread::wait(std::unique_lock<std::mutex>& lock) {
  const auto now = SteadyClock::now();
  // Long enough to cost nothing, short enough to notice that the wall clock was set.
  auto until = std::min(now + std::chrono::seconds{1}, round_wanted_);
  if (!waiting_.empty()) until = std::min(until, waiting_.front().give_up);
  const bool possible = has_room_ && turn_is_possible();
  awaits_progress_ = !possible || stopping_ || !waiting_.empty();
  if (const auto deadline = core_.next_deadline(); possible && rules::is_known(deadline)) {
    const auto left = deadline - parts_.clock();
    until = std::min(until, now + std::chrono::duration_cast<SteadyClock::duration>(left));
  }
  wake_.wait_until(lock, until, [&] {
    if (woken_ || ended_ || !queries_.empty()) return true;
    return possible && (more_is_due_ || !commands_.empty() || !parts_.inbox.empty());
  });
}

// Gives those back that have not seen all: alerts wait, and many short looks are a long one.
std::deque<CoreThread::Query> CoreThread::look(std::deque<Query> queries) {
  const auto until = SteadyClock::now() + limits::looks_max;
  while (!queries.empty()) {
    Query query = std::move(queries.front());
    queries.pop_front();
    if (query.look(core_)) {
      await_durable(std::move(query.answer));
    } else if (++query.looks % page_looks_max != 0) {
      queries.push_front(std::move(query));
    } else {
      queries.push_back(std::move(query));
    }
    if (SteadyClock::now() >= until) break;
  }
  return queries;
}

void CoreThread::await_durable(Answer answer) {
  if (turns_durable_ == turns_submitted_) return answer({});
  const auto give_up = SteadyClock::now() + limits::unconfirmed_after;
  waiting_.push_back({turns_submitted_, give_up, std::move(answer)});
}

void CoreThread::answer_waiting() {
  const auto now = SteadyClock::now();
  const auto durable = turns_durable_.load();
  while (!waiting_.empty() &&
         (waiting_.front().turn <= durable || waiting_.front().give_up <= now)) {
    if (waiting_.front().turn <= durable) {
      waiting_.front().answer({});
    } else {
      auto reason = ledger_->health().reason;
      if (reason.empty()) reason = "the ledger is slow";
      waiting_.front().answer({Confirmation::Kind::unconfirmed, std::move(reason)});
    }
    waiting_.pop_front();
  }
}

void CoreThread::run_turn() {
  std::vector<Command> commands;
  {
    const std::lock_guard lock(mutex_);
    const auto taken = std::min(commands_.size(), limits::turn_commands_max);
    const auto end = commands_.begin() + static_cast<std::ptrdiff_t>(taken);
    commands.assign(std::move_iterator(commands_.begin()), std::move_iterator(end));
    commands_.erase(commands_.begin(), end);
  }
  core_.begin(parts_.clock());
  if (std::exchange(was_deaf_, false)) core_.listen_again();
  more_is_due_ = !core_.expire();
  for (auto& batch : parts_.inbox.take(limits::turn_bytes_max)) {
    if (batch->must_be_turned_away()) {
      refuse_without_room(*batch, parts_.accounts, "an earlier batch was turned away");
    } else {
      core_.take(std::move(batch));
    }
  }
  for (Command& command : commands) command.change(core_);
  Turn turn = core_.finish();
  book_own_alerts(turn, parts_.accounts);
  parts_.on_turn(core_, turn);
  submit(std::move(turn), std::move(commands));
}

void CoreThread::submit(Turn turn, std::vector<Command> commands) {
  std::vector<Answer> answers;
  for (Command& command : commands) answers.push_back(std::move(command.answer));
  const std::size_t receipts = turn.batches.size() + answers.size();
  Debts debts(std::move(turn.batches), std::move(answers));
  ++turns_submitted_;
  ledger_->submit({std::move(turn.record),
                   [this, debts = std::move(debts)]() mutable {
                     ++turns_durable_;
                     parts_.on_durable();
                     debts.pay(parts_.accounts);
                   },
                   std::move(turn.further), receipts});
}

// Nothing can be made durable now: what waits is told to come again rather than kept waiting.
void CoreThread::turn_away() {
  // Until nothing waits: nothing is admitted meanwhile.
  while (!has_room_ && !parts_.inbox.empty()) {
    for (auto& batch : parts_.inbox.take(limits::turn_bytes_max)) {
      refuse_without_room(*batch, parts_.accounts, "the ledger has no room");
    }
  }
  std::vector<Command> commands;
  {
    const std::lock_guard lock(mutex_);
    commands = std::exchange(commands_, {});
  }
  for (Command& command : commands) command.answer(refused_no_room);
}

}  // namespace deskd::daemon
