#pragma once
// Makes turn N durable while the core builds turn N+1.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "daemon/ledger/ledger.h"
#include "daemon/ledger/record.h"

namespace deskd::ledger {

/// One turn on its way to the disk. `durable` runs on the ledger thread once the record is synced,
/// in order of submission; it runs at once for an empty record behind nothing.
struct Submission {
  Record record;
  std::move_only_function<void()> durable;
};

struct LedgerHealth {
  bool has_room =
      true;  // false: senders get 503, the record under way is tried again until there is room
  std::string reason;  // why not
  std::uint64_t bytes = 0;
  std::uint64_t records_synced = 0;
};

/// Owns the ledger and its thread. `submit` never blocks on the disk; the caller keeps at most
/// limits::turns_in_flight_max submissions under way (`in_flight`). While a sync runs, what was
/// submitted is gathered into the next transaction.
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
  /// Commits what was submitted, then joins. With no room left it gives up after a bounded time.
  ~LedgerThread();

  void submit(Submission submission);
  std::size_t in_flight() const;
  LedgerHealth health() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace deskd::ledger
