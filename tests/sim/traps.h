#pragma once
// Senders that nobody answers: what finds no room is lost, and counted.

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <span>
#include <string>

#include "connectors/accounts.h"
#include "connectors/inbox.h"
#include "daemon/core/core.h"

namespace deskd::sim {

/// Outlives every process of the daemon, but for the count of what came to the one that runs.
class Traps {
 public:
  explicit Traps(std::mt19937_64& random) : random_(random) {}

  void start() { received_ = 0; }
  /// A few, now and then more than the lane can hold.
  void send(const std::shared_ptr<const daemon::Setup>& setup, rules::Time now,
            connectors::Accounts& accounts, connectors::Inbox& inbox);
  void durable(std::span<const ledger::Record> turn);

  /// Whatever came to this process is in its books, and nothing stands in the ledger twice.
  void check(const connectors::Accounts& accounts) const;
  std::uint64_t refused() const { return refused_; }

 private:
  void send_one(const std::shared_ptr<const daemon::Setup>& setup, rules::Time now,
                connectors::Accounts& accounts, connectors::Inbox& inbox);

  std::mt19937_64& random_;
  std::uint64_t last_id_ = 0;
  std::uint64_t received_ = 0;  // by the process that runs
  std::uint64_t refused_ = 0;   // by all
  std::map<std::string, unsigned> seen_;
};

}  // namespace deskd::sim
