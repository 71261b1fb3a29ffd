// What a commit costs: encode, compress, write and sync records of believable alerts.
//
//   ledger_bench FOLDER      makes a ledger in the (empty) folder, on the disk to be measured

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <vector>

#include "config/limits.h"
#include "daemon/ledger/alert_log.h"
#include "daemon/ledger/ledger.h"
#include "daemon/ledger/states.h"
#include "tests/support/sample_alerts.h"

namespace deskd {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t size_max = std::uint64_t{50} << 30;

double micros(Clock::duration took) {
  return std::chrono::duration<double, std::micro>(took).count();
}

struct Shares {
  double p50 = 0, p99 = 0, most = 0;
};

Shares shares_of(std::vector<double> all) {
  std::sort(all.begin(), all.end());
  const auto at = [&](double share) {
    return all[static_cast<std::size_t>(share * static_cast<double>(all.size() - 1))];
  };
  return {at(0.5), at(0.99), all.back()};
}

/// The states that go with alerts of known alarms: one alarm-hot each.
void put_states(ledger::StateWriter& writer, const test::SampleAlert& sample, std::uint64_t id) {
  writer.put(rules::AlarmState{.id = id,
                               .count = id % 100,
                               .severity = sample.alert.severity,
                               .active = true,
                               .raised_at = sample.alert.event_at,
                               .last_at = sample.alert.received_at,
                               .event_at = sample.alert.event_at});
}

class Bench {
 public:
  explicit Bench(std::unique_ptr<ledger::Ledger> ledger) : ledger_(std::move(ledger)) {}

  void run(std::size_t alerts_per_record, std::size_t commits) {
    const auto samples = test::sample_alerts(std::max<std::size_t>(alerts_per_record, 16'384), 9);
    std::vector<double> encodes, durations;
    std::size_t next = 0, raw_bytes = 0;
    const double bytes_before = database_bytes();
    const auto began = Clock::now();
    for (std::size_t i = 0; i < commits; ++i) {
      const auto encode_began = Clock::now();
      for (std::size_t n = 0; n < alerts_per_record; ++n, ++next) {
        const auto& sample = samples[next % samples.size()];
        alerts_.put(sample.alert, sample.verdict, 1, rules::Outcome::merged, next);
      }
      const auto states_began = Clock::now();
      for (std::size_t n = next - alerts_per_record; n < next; ++n) {
        put_states(states_, samples[n % samples.size()], n);
      }
      ledger::Record record{ledger_->last_number() + 1, samples[0].alert.received_at,
                            alerts_.take(), states_.take()};
      raw_bytes += record.alerts.size() + record.states.size();
      const auto commit_began = Clock::now();
      if (ledger_->commit(std::span(&record, 1)) != ledger::CommitResult::synced) {
        fmt::print("{}\n", ledger_->last_error());
        return;
      }
      const auto commit_ended = Clock::now();
      ledger_->tidy();
      encodes.push_back(micros(states_began - encode_began));
      durations.push_back(micros(commit_ended - commit_began));
    }
    const double seconds = micros(Clock::now() - began) / 1e6;
    const double alerts = static_cast<double>(alerts_per_record * commits);
    double encode = 0;
    for (const double one : encodes) encode += one;
    const Shares commit = shares_of(durations);
    fmt::print(
        "{:>7} {:>8} {:>12.3f} {:>10.0f} {:>10.0f} {:>10.0f} {:>12.0f} {:>10.0f} {:>10.0f}\n",
        alerts_per_record, commits, encode / alerts, commit.p50, commit.p99, commit.most,
        alerts / seconds, static_cast<double>(raw_bytes) / alerts,
        (database_bytes() - bytes_before) / alerts);
  }

  void replay() {
    std::size_t bytes = 0;
    const auto began = Clock::now();
    const auto done = ledger_->replay([&](const ledger::Record& record) {
      bytes += record.alerts.size() + record.states.size();
      return true;
    });
    const double seconds = micros(Clock::now() - began) / 1e6;
    fmt::print("replay: {} records, {:.0f} MB in {:.2f} s{}\n", ledger_->last_number(),
               static_cast<double>(bytes) / 1e6, seconds, done ? "" : ": " + done.error());
  }

 private:
  // Without the WAL, which is as large after one alert as after a million.
  double database_bytes() const {
    return ledger_->fullness() * static_cast<double>(size_max - limits::ledger_wal_bytes);
  }

  std::unique_ptr<ledger::Ledger> ledger_;
  ledger::AlertWriter alerts_;
  ledger::StateWriter states_;
};

}  // namespace
}  // namespace deskd

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: ledger_bench FOLDER\n");
    return 2;
  }
  auto ledger = deskd::ledger::Ledger::open(argv[1], deskd::size_max);
  if (!ledger) {
    fmt::print(stderr, "{}\n", ledger.error());
    return 1;
  }
  deskd::Bench bench(std::move(*ledger));
  fmt::print("{:>7} {:>8} {:>12} {:>10} {:>10} {:>10} {:>12} {:>10} {:>10}\n", "alerts", "commits",
             "encode µs", "p50 µs", "p99 µs", "max µs", "alerts/s", "raw B", "disk B");
  bench.run(1, 5'000);
  bench.run(64, 5'000);
  bench.run(1'024, 2'000);
  bench.replay();
}
