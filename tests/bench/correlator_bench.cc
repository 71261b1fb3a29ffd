// What one alert costs the correlator: a repeat, a new alarm, a clear. A million alarms stand.

#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "rules/correlator.h"
#include "rules/imprint.h"

namespace {

using namespace deskd::rules;

constexpr std::size_t alarms = 1'000'000;
constexpr std::int64_t measured = 500'000;  // alerts; said, since trying how many takes a fill each

/// Alerts of 8 labels and 2 annotations, as Prometheus sends them; the n-th differs in its
/// resource.
class Alerts {
 public:
  Alerts() {
    for (std::size_t i = 0; i < alarms; ++i) {
      resources_.push_back(fmt::format("node-{:07}.fra.example:9100", i));
      keys_.push_back(fmt::format("{:016x}", i * 0x9e3779b97f4a7c15));
    }
  }

  Applied apply(Correlator& correlator, std::size_t n, Status status, std::int64_t second) {
    Alert alert;
    alert.source = "prometheus";
    alert.sender = "prometheus-0:9090";
    alert.key = keys_[n];
    alert.status = status;
    alert.severity = Severity::major;
    alert.type = "NodeFilesystemSpaceFillingUp";
    alert.resource = resources_[n];
    alert.qualifier = "device=/dev/sda1,fstype=ext4,job=node,mountpoint=/,site=fra,team=linux";
    alert.summary = "Filesystem is predicted to run out of space within the next 24 hours.";
    alert.labels = labels_;
    alert.annotations = annotations_;
    alert.received_at = Time{std::chrono::seconds{1'800'000'000 + second}};
    alert.event_at = alert.received_at;
    alert.ends_at = alert.received_at + std::chrono::minutes{4};
    const IdentityPart identity[] = {
        {"resource", alert.resource}, {"type", alert.type}, {"qualifier", alert.qualifier}};
    Verdict verdict;
    verdict.alert = alert;
    verdict.identity = identity;
    arena_.release();
    verdict.imprint = imprinter_.make(verdict, arena_);
    signals_.clear();
    return correlator.apply({&alert, &verdict, 1, 1}, alert.received_at, signals_);
  }

 private:
  std::vector<std::string> resources_, keys_;
  std::vector<Label> labels_{{"alertname", "NodeFilesystemSpaceFillingUp"},
                             {"device", "/dev/sda1"},
                             {"fstype", "ext4"},
                             {"job", "node"},
                             {"mountpoint", "/"},
                             {"severity", "major"},
                             {"site", "fra"},
                             {"team", "linux"}};
  std::vector<Label> annotations_{{"runbook_url", "https://wiki.example/disk"},
                                  {"summary", "Filesystem runs out of space."}};
  std::vector<Signal> signals_;
  std::array<std::byte, 1024> memory_;
  std::pmr::monotonic_buffer_resource arena_{memory_.data(), memory_.size()};
  Imprinter imprinter_;
};

Alerts& alerts() {
  static Alerts made;
  return made;
}

/// Visits the alarms in an order that no cache foresees.
std::size_t scattered(std::size_t i) { return i * 611'953 % alarms; }

void fill(Correlator& correlator) {
  for (std::size_t i = 0; i < alarms; ++i) alerts().apply(correlator, i, Status::firing, 0);
  correlator.take_changes();
}

void merged_repeat(benchmark::State& state) {
  Correlator correlator({});
  fill(correlator);
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(alerts().apply(correlator, scattered(i), Status::firing, 60));
    if (++i % 1'024 == 0) benchmark::DoNotOptimize(correlator.take_changes());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(merged_repeat)->Iterations(measured);

void distinct_raise(benchmark::State& state) {
  Correlator correlator({});
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(alerts().apply(correlator, i, Status::firing, 0));
    if (++i % 1'024 == 0) benchmark::DoNotOptimize(correlator.take_changes());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(distinct_raise)->Iterations(measured);

void clear(benchmark::State& state) {
  Correlator correlator({});
  fill(correlator);
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(alerts().apply(correlator, scattered(i), Status::resolved, 60));
    if (++i % 1'024 == 0) benchmark::DoNotOptimize(correlator.take_changes());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(clear)->Iterations(measured);

}  // namespace

BENCHMARK_MAIN();
