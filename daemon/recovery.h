#pragma once
// From a ledger on the disk to a core that can go on where it was.

#include <expected>
#include <memory>
#include <string>

#include "daemon/core/core.h"
#include "daemon/ledger/ledger.h"
#include "daemon/notify.h"

namespace deskd::daemon {

struct Recovered {
  Core core;
  std::unique_ptr<ledger::Ledger> ledger;
};

struct RecoveryFault {
  std::string detail;     // one sentence with the remedy
  bool is_clock = false;  // the ledger's clock is ahead of this machine's
};

struct RecoveryOptions {
  rules::Time wall;
  bool accept_clock = false;
  const Notify& notify;  // is told that the start goes on
};

/// Reads the whole ledger of `setup`, which then has its number. Logs how far it is, once a second.
std::expected<Recovered, RecoveryFault> recover(const std::shared_ptr<Setup>& setup,
                                                const RecoveryOptions& options);

}  // namespace deskd::daemon
