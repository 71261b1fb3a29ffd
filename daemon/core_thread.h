#pragma once
// The one writer: gives the core its turns, and hands their records to the ledger.

#include <functional>
#include <memory>
#include <string>

#include "connectors/accounts.h"
#include "connectors/inbox.h"
#include "daemon/core.h"
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

  /// Runs `look` on the core thread: it copies at most limits::page_max entities and looks at
  /// limits::scan_max at most. `answer` comes when all that was visible to it is durable, at once
  /// when nothing is pending.
  virtual void query(std::move_only_function<void(const Core&)> look, Answer answer) = 0;
  /// Runs `change` inside a turn; `answer` comes when that turn is durable.
  virtual void command(std::move_only_function<void(Core&)> change, Answer answer) = 0;
};

}  // namespace deskd::daemon
