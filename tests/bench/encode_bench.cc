// What it costs to write a record's two blobs: the alerts of a batch (A), and the states that they
// changed (B), as of known alarms.

#include <benchmark/benchmark.h>

#include <string>

#include "daemon/ledger/alert_log.h"
#include "daemon/ledger/states.h"
#include "tests/support/sample_alerts.h"

namespace {

using namespace deskd;

constexpr std::size_t alerts = 64;  // of a batch

void count(benchmark::State& state, std::size_t bytes) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(alerts));
  state.counters["bytes_each"] = static_cast<double>(bytes) / alerts;
}

void blob_a(benchmark::State& state) {
  const auto samples = test::sample_alerts(alerts, 9);
  ledger::AlertWriter writer;
  std::size_t bytes = 0;
  for (auto _ : state) {
    rules::AlarmId alarm = 1'000'000;
    for (const auto& sample : samples) {
      writer.put(sample.alert, sample.verdict, 1, rules::Outcome::merged, ++alarm);
    }
    bytes = writer.take().size();
  }
  count(state, bytes);
}
BENCHMARK(blob_a);

void states_of_known_alarms(benchmark::State& state) {
  const auto samples = test::sample_alerts(alerts, 9);
  ledger::StateWriter writer;
  std::size_t bytes = 0;
  for (auto _ : state) {
    rules::AlarmId alarm = 1'000'000;
    for (const auto& sample : samples) {
      writer.put(rules::AlarmState{.id = ++alarm,
                                   .count = 7,
                                   .severity = sample.alert.severity,
                                   .active = true,
                                   .raised_at = sample.alert.event_at,
                                   .last_at = sample.alert.received_at,
                                   .event_at = sample.alert.event_at});
    }
    bytes = writer.take().size();
  }
  count(state, bytes);
}
BENCHMARK(states_of_known_alarms);

}  // namespace

BENCHMARK_MAIN();
