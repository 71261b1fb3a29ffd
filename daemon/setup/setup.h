#pragma once
// One immutable, checked version of everything people wrote: rules, desk, sources, the daemon's own
// settings.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/problems.h"
#include "config/tls_identity.h"
#include "connectors/judging.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/queue.h"
#include "daemon/setup/people.h"

namespace deskd::daemon {

/// deskd.yaml's `http`, `ledger` and `times`. What a running daemon can't change without a restart
/// is compared on reload.
struct Settings {
  std::string listen_host = "127.0.0.1";
  std::uint16_t listen_port = 9480;
  bool is_loopback = true;  // only this machine reaches the listener
  std::string ledger_path;  // absolute or relative to the working directory, already resolved
  std::uint64_t ledger_size_max = std::uint64_t{20} << 30;
  rules::Duration alerts_kept = std::chrono::hours{24 * 7};
  rules::Duration incidents_kept = std::chrono::hours{24 * 400};
  rules::Duration reorder = std::chrono::minutes{5};
  rules::Duration restart_grace = std::chrono::minutes{5};
  rules::Duration repeat_window = std::chrono::hours{1};
  rules::Duration close_after = std::chrono::hours{24 * 7};
  rules::Duration stall_max = std::chrono::minutes{15};
};

/// Immutable once it is shared. Any thread.
struct Setup {
  connectors::Judging judging;  // number, rules, sources, max_skew, resolve_timeout
  desk::DeskPlan plan;
  People people;
  std::shared_ptr<const config::TlsIdentity> tls;  // nullptr: the listener speaks plain HTTP
  Settings settings;
  std::string config_path;
  std::string hash;  // 16 hex digits over the text of all files but for secrets, in order
  std::vector<std::string> files;
  std::size_t rule_tests = 0;  // of the rules' own tests, all of which hold

  rules::SetupNumber number() const { return judging.number; }
  desk::DeskSetup desk_setup() const;
  /// Whoever calls must prove who they are: there are tokens, and every source has its `auth`.
  bool is_guarded() const;
};

/// What whoever loads a setup lets it do besides reading files.
struct Loading {
  /// Is run with `--read-mibs FOLDER…`; empty: of MIB folders only what a daemon has kept is known.
  std::string mib_program;
  bool may_keep = false;  // what MIB folders gave, beside the ledger
};

/// This very program, also when its file has been replaced since.
constexpr const char* this_program = "/proc/self/exe";

/// Reads deskd.yaml and everything it names, runs the rules' own tests, and reports every mistake
/// of all files. Returns nothing when there was an error; warnings may stand in `problems` either
/// way. The tests are run only when there is no other error. The number is still 0: who adopts it
/// gives it one. Files are named as seen from where `config_path` is, so that editors find them.
std::unique_ptr<Setup> load_setup(const std::string& config_path, config::Problems& problems,
                                  const Loading& loading = {});

/// What differs between two setups and needs a restart to take effect, as warnings ("http.listen",
/// "ledger.path").
std::vector<std::string> needs_restart(const Settings& running, const Settings& wanted);

}  // namespace deskd::daemon
