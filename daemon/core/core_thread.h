#pragma once
// The one writer: gives the core its turns, and hands their records to the ledger.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "connectors/accounts.h"
#include "connectors/inbox.h"
#include "daemon/core/core.h"
#include "daemon/ledger/ledger_thread.h"

namespace deskd::daemon {

/// How an answer stands to the ledger.
struct Confirmation {
  enum class Kind : std::uint8_t {
    confirmed,    // everything that the answer shows is durable
    unconfirmed,  // the ledger stalls: the answer may show what is not durable yet (queries only)
    refused,      // too many commands wait, or deskd stops: the command did not run
  };
  Kind kind = Kind::confirmed;
  std::string reason;
};

/// What threads other than the core's see of it. Any thread; every call returns at once, and
/// `answer` is called exactly once, on any thread.
class CoreAccess {
 public:
  using Answer = std::move_only_function<void(const Confirmation&)>;
  virtual ~CoreAccess() = default;

  /// Looks at the core, and returns whether it has seen all that it wants. Alerts wait meanwhile,
  /// so it copies at most limits::page_max entities and looks at limits::search_look_max.
  using Look = std::move_only_function<bool(const Core&)>;
  /// Runs `look` on the core thread, again and again until it has seen all; in between turns run.
  /// `answer` comes when all that was visible to it is durable, at once when nothing is pending.
  virtual void query(Look look, Answer answer) = 0;
  /// Runs `change` inside a turn; `answer` comes when that turn is durable.
  virtual void command(std::move_only_function<void(Core&)> change, Answer answer) = 0;
};

/// Owns the core and its thread. Batches come from the inbox, commands and queries by CoreAccess;
/// each turn goes to the ledger thread, and what it owes (receipts, answers) is paid there once the
/// turn is durable.
///
/// While one turn syncs the next is built; when the ledger takes no more the inbox gathers. Queries
/// are answered all the same, unconfirmed after limits::unconfirmed_after.
class CoreThread : public CoreAccess {
 public:
  struct Parts {
    connectors::Inbox& inbox;
    connectors::Accounts& accounts;
    std::function<rules::Time()> clock;
    std::function<void(const Core&, const Turn&)> on_turn;  // core thread; must be quick
    /// Core thread, in every round of its loop; says in what time it wants another one at most.
    std::function<std::chrono::steady_clock::duration(const Core&)> on_round;
    std::function<void()> on_durable;               // ledger thread, for each turn in order
    std::function<void(double seconds)> on_commit;  // ledger thread
    std::function<void(bool has_room, const std::string& reason)> on_room;  // ledger thread
    std::function<void(const std::string& reason)> on_broken;               // must not return
  };

  /// `core` must have recovered from `ledger`.
  CoreThread(Core core, std::unique_ptr<ledger::Ledger> ledger, Parts parts);
  ~CoreThread() override;

  void start();
  /// To be called by the inbox's `on_offer`.
  void wake();
  /// Takes what waits in the (closed) inbox, commits it, and ends the thread. Returns false when
  /// that was not done within `patience`, as with a full disk: what was not committed was not
  /// acknowledged either.
  bool stop(std::chrono::milliseconds patience);

  void query(Look look, Answer answer) override;
  void command(std::move_only_function<void(Core&)> change, Answer answer) override;

  ledger::LedgerHealth ledger_health() const;
  /// Counts the rounds of the core's loop, of which there is at least one a second: what a watchdog
  /// wants to see.
  std::uint64_t rounds() const { return rounds_; }

 private:
  struct Command {
    std::move_only_function<void(Core&)> change;
    Answer answer;
  };
  struct Query {
    Look look;
    Answer answer;
    std::size_t looks = 0;  // so far
  };
  struct WaitingQuery {
    std::uint64_t turn = 0;  // durable once this turn is
    std::chrono::steady_clock::time_point give_up;
    Answer answer;
  };

  void run();
  void on_progress();
  void notice_deafness();
  void wait(std::unique_lock<std::mutex>& lock);
  bool turn_is_possible() const;
  bool turn_is_due() const;
  void run_turn();
  void submit(Turn turn, std::vector<Command> commands);
  std::deque<Query> look(std::deque<Query> queries);
  void await_durable(Answer answer);
  void answer_waiting();
  void turn_away();
  bool is_done() const;

  // Core thread only, once it runs.
  Core core_;
  std::deque<WaitingQuery> waiting_;
  std::uint64_t turns_submitted_ = 0;
  bool more_is_due_ = false;
  bool was_deaf_ = false;  // since the last turn: nothing could be taken in for a while
  rules::Time heard_at_;   // in the last round in which a turn was possible
  std::chrono::steady_clock::time_point round_wanted_;  // by `on_round`

  // Fixed after construction.
  Parts parts_;

  std::atomic<std::uint64_t> turns_durable_ = 0;
  std::atomic<std::uint64_t> rounds_ = 0;
  std::atomic<bool> has_room_ = true;

  mutable std::mutex mutex_;
  std::condition_variable wake_;  // the core thread waits on it, nobody else
  std::condition_variable ended_signal_;
  std::vector<Command> commands_;  // under mutex_
  std::deque<Query> queries_;      // under mutex_
  bool woken_ = false;             // under mutex_
  bool awaits_progress_ = true;    // under mutex_; of the ledger: something can go on only then
  bool stopping_ = false;          // under mutex_
  bool ended_ = false;             // under mutex_
  std::thread thread_;

  // Fixed after construction. The last member, so the first to go: its thread wakes this one.
  std::unique_ptr<ledger::LedgerThread> ledger_;
};

}  // namespace deskd::daemon
