#include "daemon/recovery.h"

#include <array>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "config/limits.h"
#include "daemon/log.h"

namespace deskd::daemon {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// Says once a second how far the recovery is, to people and to the service manager.
class Progress {
 public:
  Progress(const Notify& notify, std::uint64_t records) : notify_(notify), records_(records) {}

  void at(std::uint64_t record) {
    const auto now = SteadyClock::now();
    if (now < next_) return;
    next_ = now + std::chrono::seconds{1};
    notify_.extend_timeout(std::chrono::seconds{30});
    log::info("ledger", fmt::format("recovering: record {} of {}", record, records_));
  }

  double seconds() const {
    return std::chrono::duration<double>(SteadyClock::now() - begun_).count();
  }

 private:
  const Notify& notify_;
  std::uint64_t records_;
  SteadyClock::time_point begun_ = SteadyClock::now();
  SteadyClock::time_point next_ = begun_ + std::chrono::seconds{1};
};

RecoveryFault clock_fault(rules::Time ledger, rules::Time wall) {
  return {fmt::format(
              "the ledger's clock says {} but this machine's says {}: set the clock, or start with "
              "--accept-clock to go on from the ledger's time",
              rules::rfc3339(ledger), rules::rfc3339(wall)),
          true};
}

}  // namespace

std::expected<Recovered, RecoveryFault> recover(const std::shared_ptr<Setup>& setup,
                                                const RecoveryOptions& options) {
  const Settings& settings = setup->settings;
  auto ledger = ledger::Ledger::open(settings.ledger_path, settings.ledger_size_max);
  if (!ledger) return std::unexpected(RecoveryFault{ledger.error()});
  if ((*ledger)->last_at() > options.wall + limits::clock_ahead_max && !options.accept_clock) {
    return std::unexpected(clock_fault((*ledger)->last_at(), options.wall));
  }

  Core core;
  Progress progress(options.notify, (*ledger)->last_number());
  const std::array<ledger::Ledger::Apply, 2> halves{
      [&](const ledger::Record& record) {
        progress.at(record.number);
        return core.restore(record, ledger::Half::rest);
      },
      [&](const ledger::Record& record) { return core.restore(record, ledger::Half::desk); }};
  const auto replayed = (*ledger)->replay(
      halves, {.records = limits::recent_alerts_max, .bytes = limits::recent_bytes_max});
  if (!replayed) return std::unexpected(RecoveryFault{replayed.error()});
  if (const auto contradiction = core.recovered(setup, options.wall)) {
    return std::unexpected(RecoveryFault{(*ledger)->problem_with(*contradiction)});
  }
  log::info(
      "ledger",
      fmt::format("recovered {} records in {:.2f} s", (*ledger)->last_number(), progress.seconds()),
      {{"incidents", std::to_string(core.desk().last_incident())},
       {"alarms", std::to_string(core.correlator().last_alarm())}});
  return Recovered{std::move(core), std::move(*ledger)};
}

}  // namespace deskd::daemon
