#pragma once
// The sources that run by themselves, as the current setup wants them: started, changed, stopped.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "connectors/accounts.h"
#include "connectors/inbox.h"
#include "connectors/kafka/kafka_view.h"
#include "connectors/running_source.h"
#include "daemon/core/core_thread.h"
#include "daemon/setup/setup.h"

namespace deskd::connectors {
class KafkaSource;
class SnmpReceiver;
}  // namespace deskd::connectors

namespace deskd::daemon {

/// What people and metrics see of one.
struct RunningSourceView {
  std::string source;
  connectors::SourceState state;
  std::optional<connectors::KafkaCounts> kafka;                     // of kind kafka
  std::vector<connectors::PartitionLag> lags;                       // likewise
  std::vector<std::pair<std::string_view, std::uint64_t>> dropped;  // of kind snmp, by reason
};

/// Owned by the app; stopped while the core still runs. Has a thread of its own, since starting
/// waits for the ledger (positions; the SNMP engine's boots must be durable before its sockets
/// open) and stopping waits for informs to be answered.
class RunningSources {
 public:
  struct Parts {
    connectors::Accounts& accounts;
    connectors::Inbox& inbox;
    CoreAccess& core;
    std::function<rules::Time()> clock;
    /// The current one. Any thread.
    std::function<std::shared_ptr<const Setup>()> setup;
  };

  explicit RunningSources(Parts parts);
  ~RunningSources();

  /// Those of `setup`, which is current, are to run, and no others; one that stays takes over what
  /// differs. Waits until that is so, but not for long: a ledger without room delays starts. Any
  /// thread but the core's.
  void adopt(std::shared_ptr<const Setup> setup);
  /// They read no more; what they offered may still wait in the inbox. Any thread but the core's.
  void stop();

  // Any thread.

  /// Those of the first setup run: what is sent to them from now on is taken in.
  bool have_started() const;
  std::vector<RunningSourceView> views() const;

 private:
  struct Running {
    connectors::SourceKind kind = connectors::SourceKind::kafka;
    std::shared_ptr<connectors::RunningSource> source;
    const connectors::KafkaSource* kafka = nullptr;  // the same, or null
    const connectors::SnmpReceiver* snmp = nullptr;  // likewise
  };

  void run();
  /// False: some could not be started yet.
  bool follow(const std::shared_ptr<const Setup>& setup);
  bool follow(const std::shared_ptr<const Setup>& setup, connectors::SourceKind kind);
  /// Those that `setup` does not have, or not as this kind; nullptr: all.
  void stop_others(const Setup* setup);
  std::optional<Running> make_kafka(const std::string& source);
  std::optional<Running> make_snmp(const std::string& source,
                                   const std::shared_ptr<const Setup>& setup);
  std::optional<SourcePositions> ask_positions(const std::string& source);
  bool know_engine();
  /// Runs until `is_done`, or false: deskd stops.
  bool wait_until(const std::function<bool()>& is_done) const;

  const Parts parts_;

  // This class's thread only.
  std::uint32_t engine_boots_ = 0;  // 0: not durable yet
  std::string engine_seed_;
  std::chrono::steady_clock::time_point engine_started_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;              // of what stands below
  std::map<std::string, Running, std::less<>> running_;  // under mutex_; changed by its thread
  std::shared_ptr<const Setup> wanted_;                  // under mutex_; not followed yet
  bool is_following_ = false;                            // under mutex_
  bool have_started_ = false;                            // under mutex_
  bool is_stopping_ = false;                             // under mutex_
  std::thread thread_;
};

}  // namespace deskd::daemon
