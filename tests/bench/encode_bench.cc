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

/// `put(sample, alarm)` writes what `writer` gets of an alert.
void encode(benchmark::State& state, auto& writer, auto&& put) {
  const auto samples = test::sample_alerts(alerts, 9);
  std::size_t bytes = 0;
  for (auto _ : state) {
    rules::AlarmId alarm = 1'000'000;
    for (const auto& sample : samples) put(sample, ++alarm);
    bytes = writer.take().size();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(alerts));
  state.counters["bytes_each"] = static_cast<double>(bytes) / alerts;
}

void blob_a(benchmark::State& state) {
  ledger::AlertWriter writer;
  encode(state, writer, [&](const auto& sample, rules::AlarmId alarm) {
    writer.put(sample.alert, sample.verdict, 1, rules::Outcome::merged, alarm);
  });
}
BENCHMARK(blob_a);

void states_of_known_alarms(benchmark::State& state) {
  ledger::StateWriter writer;
  encode(state, writer, [&](const auto& sample, rules::AlarmId alarm) {
    writer.put(rules::AlarmState{.id = alarm,
                                 .count = 7,
                                 .severity = sample.alert.severity,
                                 .active = true,
                                 .raised_at = sample.alert.event_at,
                                 .last_at = sample.alert.received_at,
                                 .event_at = sample.alert.event_at});
  });
}
BENCHMARK(states_of_known_alarms);

}  // namespace

BENCHMARK_MAIN();
