#pragma once
// The whole core in a simulated world: real decoding, judging, lanes and books; a clock, a ledger
// and senders that a seed drives; and faults at any commit. One thread, no sleeping, the same seed
// always gives the same run.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "connectors/accounts.h"
#include "connectors/inbox.h"
#include "connectors/webhook/intake.h"
#include "daemon/core/core.h"
#include "tests/sim/bus.h"
#include "tests/sim/people.h"
#include "tests/sim/traps.h"

namespace deskd::sim {

enum class Crash : std::uint8_t {
  before_durable,  // the record is lost, nobody was answered
  after_durable,   // the record is kept, nobody was answered
};

struct Faults {
  std::optional<std::uint64_t> crash_at;  // the process dies at the n-th commit, counted from 1
  Crash kind = Crash::before_durable;
  unsigned crash_percent = 0;  // … or at any commit with this chance, either kind
};

/// A message that a sender wants to get through: it repeats it under the same Idempotency-Key until
/// it is answered.
struct Message {
  std::string path;  // "hooks", "alertmanager", or empty for API v2
  std::string key;
  std::string body;
  std::vector<std::string> ids;  // of its alerts, label `id`
};

class World {
 public:
  World(std::uint64_t seed, Faults faults);
  ~World();

  /// Something happens (messages, people, reloads, time goes by), then one turn runs and commits,
  /// or the process dies. All invariants are checked; they throw a doctest failure.
  void step();
  /// All senders and people repeat until they are answered; then all promises about what was
  /// accepted and done are checked.
  void settle();

  std::uint64_t commits() const { return commits_; }
  std::uint64_t crashes() const { return crashes_; }
  std::uint64_t answered() const { return answered_.size(); }
  const Bus& bus() const { return bus_; }
  const Traps& traps() const { return traps_; }
  const daemon::Core& core() const { return *core_; }
  /// All durable state as text; two worlds in the same state give the same text.
  static std::string dump(const daemon::Core& core);

 private:
  void start_process();
  void crash();
  void send(const Message& message);
  void send_something();
  Message new_message();
  std::string hooks_body(std::vector<std::string>& ids);
  std::string alertmanager_body(std::vector<std::string>& ids);
  std::string api_body(std::vector<std::string>& ids);
  std::string new_id();
  void pass_time();
  void lose_room();
  void look_at_clock();
  void turn();
  void commit(daemon::Turn turn);
  void check_recovery(const daemon::Core& recovered) const;
  void check_everything();
  std::size_t ended_by_silence() const;
  void check_accepted() const;
  void check_history();
  unsigned below(unsigned bound);
  bool chance(unsigned percent) { return below(100) < percent; }

  std::mt19937_64 random_;
  Faults faults_;
  rules::Time now_;
  std::uint64_t next_id_ = 0;

  // What outlives a crash: the disk, the senders and the people.
  std::vector<ledger::Record> disk_;
  std::string dump_at_last_record_;
  std::map<std::string, Message> unanswered_;               // by key
  std::set<std::string> answered_;                          // keys
  std::vector<Message> old_messages_;                       // answered ones, for repeats
  std::set<std::string> accepted_ids_;                      // of answered messages
  std::map<desk::IncidentId, std::uint8_t> priority_seen_;  // as durable
  People people_{random_};
  Bus bus_{random_};
  Traps traps_{random_};

  // The process.
  std::unique_ptr<connectors::Accounts> accounts_;
  std::unique_ptr<connectors::Inbox> inbox_;
  std::shared_ptr<const daemon::Setup> setup_;
  std::unique_ptr<connectors::Intake> intake_;
  std::unique_ptr<daemon::Core> core_;
  std::uint64_t process_ = 0;  // answers of a dead process reach nobody
  rules::Time heard_since_;    // it started, or could hear again
  bool reload_wanted_ = false;
  bool settling_ = false;
  bool was_deaf_ = false;  // since the last turn
  unsigned rules_version_ = 0;

  std::uint64_t commits_ = 0;
  std::uint64_t crashes_ = 0;
};

/// What must hold after every step (DESIGN's guarantees as far as one state can show them).
void check_invariants(const daemon::Core& core, const connectors::Accounts& accounts,
                      rules::Time grace_until);

/// Configuration folders the world lives by: the same sources, and rules that differ by version (0,
/// 1, 2 …).
std::string config_of_version(unsigned version);
constexpr unsigned rules_versions = 3;

}  // namespace deskd::sim
