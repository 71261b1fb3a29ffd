#pragma once
// What deskd counts about itself, as Prometheus text. A scrape never waits for the core or the
// ledger.

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "connectors/accounts.h"
#include "connectors/inbox.h"
#include "daemon/core/core.h"
#include "daemon/running_sources.h"
#include "daemon/setup/setup.h"

namespace prometheus {
class Histogram;
}

namespace deskd::daemon {

class MetricsPage;

/// Owned by the daemon; outlives the core thread, the ledger thread and the listener. The core
/// thread leaves a picture of the desk behind, a scrape draws it together with the books of the
/// sources: all alert series of one scrape come from one `Accounts::read`, so that the equation of
/// the books holds in each. Never fails.
class Metrics {
 public:
  using SteadyClock = std::function<std::chrono::steady_clock::time_point()>;

  /// `clock` says how long drawing takes.
  Metrics(const connectors::Accounts& accounts, const connectors::Inbox& inbox, std::string version,
          SteadyClock clock = std::chrono::steady_clock::now);
  ~Metrics();

  // Core thread.

  /// After `finish` and before the turn goes to the ledger, once for each turn: counts its events.
  void turn(const Core& core, const Turn& turn);
  /// In every round of the core's loop, and once after recovery: draws the picture when it is
  /// outdated, at most each 20 ms, spending 1/100 of the core's time at most. Returns in what time
  /// it wants another round.
  std::chrono::steady_clock::duration round(const Core& core);

  // Any thread.

  /// The oldest turn that was not durable yet became so at `wall`; for each turn in their order.
  void durable(rules::Time wall);
  /// A commit took so long.
  void commit(double seconds);
  /// A reload ended (the load at start counts as one). `setup` is the one that is current now.
  void reload(bool success, rules::Time at, const Setup& setup);

  /// Why the interface turned a request away.
  enum class Refused : std::uint8_t { unauthorized, forbidden };
  /// Counts one. True: the first after limits::refusals_quiet without any, so worth a line in the
  /// log, which a flood of them must not fill.
  bool refused(Refused reason, rules::Time at);

  /// The whole page. `now`: for ages; `ledger_bytes`: on disk; `running`: as of now.
  std::string text(rules::Time now, std::uint64_t ledger_bytes,
                   const std::vector<RunningSourceView>& running = {}) const;

 private:
  using Pair = std::pair<std::string, std::string>;
  using Receipts = std::vector<rules::Time>;

  /// A source that reads a backlog.
  struct Behind {
    std::string source;
    rules::Time watermark;
    bool stalled = false;
  };
  /// What the core looked like a moment ago.
  struct Picture {
    std::vector<desk::Backlog> backlog;
    std::array<std::uint64_t, rules::severity_count> alarms_active{};
    std::shared_ptr<const rules::RuleSet> rules;
    std::vector<std::uint64_t> hits, unstated;  // of the first limits::rule_series_max rules
    std::map<Pair, std::uint64_t> opened;       // by queue and priority
    std::map<Pair, std::uint64_t> resolved;     // by queue and cause
    std::uint64_t unallocated = 0;
    std::vector<Behind> behind;  // sources that read a backlog
    std::uint64_t dead_letters = 0, dead_letters_lost = 0;
  };
  struct Reloads {
    bool success = true;
    rules::Time succeeded_at;
    std::string hash;
    rules::SetupNumber number = 0;
    std::optional<std::chrono::sys_seconds> certificate_ends;
  };
  struct Refusals {
    std::uint64_t count = 0;
    rules::Time last;
  };
  void count(const Core& core, const desk::DeskEvent& event, Receipts& allocated);
  void draw(const Core& core);
  void alert_series(MetricsPage& page) const;
  void lane_series(MetricsPage& page) const;
  void desk_series(MetricsPage& page, const Picture& picture, rules::Time now) const;
  void rule_series(MetricsPage& page, const Picture& picture) const;
  void backlog_series(MetricsPage& page, const Picture& picture) const;
  void daemon_series(MetricsPage& page, std::uint64_t ledger_bytes) const;

  // Fixed after construction; a histogram has a lock of its own.
  const connectors::Accounts& accounts_;
  const connectors::Inbox& inbox_;
  const std::string version_;
  std::unique_ptr<prometheus::Histogram> allocation_seconds_;
  std::unique_ptr<prometheus::Histogram> commit_seconds_;
  std::unique_ptr<prometheus::Histogram> ack_seconds_;
  std::unique_ptr<prometheus::Histogram> resolve_seconds_;
  const SteadyClock clock_;

  // Core thread only.
  desk::Incident room_;  // for the incident that an event tells of
  std::map<Pair, std::uint64_t> opened_;
  std::map<Pair, std::uint64_t> resolved_;
  std::uint64_t unallocated_ = 0;
  std::chrono::steady_clock::time_point drawn_at_;
  std::chrono::steady_clock::duration drawing_took_{};
  bool outdated_ = true;

  mutable std::mutex mutex_;
  std::shared_ptr<const Picture> picture_;  // under mutex_
  std::deque<Receipts> allocated_;          // under mutex_; of each turn that is not durable yet
  Reloads reloads_;                         // under mutex_
  std::array<Refusals, 2> refusals_;        // under mutex_; by reason
};

}  // namespace deskd::daemon
