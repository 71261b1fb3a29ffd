// What judging one alert costs, by the number of rules: rules as an operations centre has them, and
// the worst that an index can meet.

#include <benchmark/benchmark.h>

#include <memory>
#include <memory_resource>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "config/yaml.h"
#include "rules/rule_reader.h"
#include "rules/rule_set.h"

namespace {

using namespace deskd;
using namespace deskd::rules;

constexpr std::size_t hosts = 1'000;  // alerts are of so many
constexpr std::size_t arena_alerts = 1'000;

std::string host(std::size_t n) { return fmt::format("node-{:05}.fra.example:9100", n); }

/// Of ten rules six speak of one host, one of some teams, one of a family of types, one of
/// resources by an expression, and one of either of two sites.
std::string usual_rule(std::size_t n) {
  const std::string then = "then: {class: server.disk, impact: high, urgency: medium}";
  const std::string name = fmt::format("  - {{name: r{}, when: ", n);
  const std::size_t group = n / 10;
  switch (n % 10) {
    case 6:
      return fmt::format("{}{{labels.team: [team-{}, crew-{}], type: DiskFull}}, {}}}\n", name,
                         group, group, then);
    case 7:
      return fmt::format("{}{{type: {{prefix: Vendor{}Fan}}}}, {}}}\n", name, group, then);
    case 8:
      return fmt::format("{}{{resource: {{matches: \"(edge|core)-{}[.].*:9100$\"}}}}, {}}}\n", name,
                         group % 500, then);
    case 9:
      return fmt::format("{}{{any: [{{labels.site: s{}}}, {{labels.dc: d{}}}]}}, {}}}\n", name,
                         group, group, then);
    default:
      return fmt::format("{}{{resource: \"{}\", type: NodeFilesystemSpaceFillingUp}}, {}}}\n", name,
                         host(n * 7), then);
  }
}

/// All begin alike, so that each is a candidate.
std::string alike_rule(std::size_t n) {
  return fmt::format(
      "  - {{name: r{}, when: {{resource: {{glob: \"node-*-{}\"}}}}, then: {{impact: high}}}}\n", n,
      n);
}

std::string expression_rule(std::size_t n) {
  return fmt::format(
      "  - {{name: r{}, when: {{resource: {{matches: \"(edge|core)-{}[.]\"}}}}, then: {{impact: "
      "high}}}}\n",
      n, n);
}

std::shared_ptr<const RuleSet> rule_set(std::size_t count, std::string (*rule)(std::size_t)) {
  std::string text = "rules:\n";
  for (std::size_t n = 0; n + 1 < count; ++n) text += rule(n);
  text += "  - {name: rest, then: {queue: triage, impact: medium, urgency: low, class: other}}\n";
  config::Problems problems;
  const auto file =
      std::make_shared<const config::SourceFile>(config::SourceFile{"bench.yaml", std::move(text)});
  const auto document = config::parse_yaml(file, problems);
  if (!document) throw std::runtime_error(problems.text());
  auto read = read_rules(*document, problems);
  DeskWords desk{.queues = {"triage"}};
  auto set = RuleSet::compile(read.rules, std::move(desk), problems);
  if (!set) throw std::runtime_error(problems.text());
  return set;
}

/// Alerts of 8 labels and 2 annotations, as Prometheus sends them.
class Alerts {
 public:
  Alerts() {
    for (std::size_t n = 0; n < hosts; ++n) {
      resources_.push_back(host(n));
      teams_.push_back(fmt::format("team-{}", n % 100));
    }
    for (std::size_t n = 0; n < hosts; ++n) {
      labels_.push_back({{"alertname", "NodeFilesystemSpaceFillingUp"},
                         {"device", "/dev/sda1"},
                         {"fstype", "ext4"},
                         {"instance", resources_[n]},
                         {"job", "node"},
                         {"mountpoint", "/"},
                         {"severity", "major"},
                         {"team", teams_[n]}});
    }
  }

  Alert operator[](std::size_t n) const {
    Alert alert;
    alert.source = "prometheus";
    alert.sender = "prometheus-0:9090";
    alert.key = "0f2a6f0e1d3c4b5a";
    alert.severity = Severity::major;
    alert.type = "NodeFilesystemSpaceFillingUp";
    alert.resource = resources_[n % hosts];
    alert.qualifier = "device=/dev/sda1,fstype=ext4,job=node,mountpoint=/,team=linux";
    alert.summary = "Filesystem is predicted to run out of space within the next 24 hours.";
    alert.labels = labels_[n % hosts];
    alert.annotations = annotations_;
    return alert;
  }

 private:
  std::vector<std::string> resources_, teams_;
  std::vector<std::vector<Label>> labels_;
  std::vector<Label> annotations_{{"runbook_url", "https://wiki.example/disk"},
                                  {"summary", "Filesystem runs out of space."}};
};

void judge_all(benchmark::State& state, const RuleSet& rules) {
  static const Alerts alerts;
  std::vector<std::byte> memory(4 * 1024 * 1024);
  std::pmr::monotonic_buffer_resource arena(memory.data(), memory.size());
  std::size_t n = 0, matched = 0;
  for (auto _ : state) {
    const Verdict verdict = rules.judge(alerts[n], arena);
    benchmark::DoNotOptimize(verdict.identity.data());
    matched += verdict.matched.size();
    if (++n % arena_alerts == 0) arena.release();
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["matched"] = static_cast<double>(matched) / static_cast<double>(n);
}

void usual_rules(benchmark::State& state) {
  judge_all(state, *rule_set(static_cast<std::size_t>(state.range(0)), usual_rule));
}
BENCHMARK(usual_rules)->Arg(10)->Arg(100)->Arg(1'000)->Arg(10'000);

void rules_behind_one_prefix(benchmark::State& state) {
  judge_all(state, *rule_set(static_cast<std::size_t>(state.range(0)), alike_rule));
}
BENCHMARK(rules_behind_one_prefix)->Arg(10)->Arg(1'000)->Arg(10'000);

void nothing_but_expressions(benchmark::State& state) {
  judge_all(state, *rule_set(static_cast<std::size_t>(state.range(0)), expression_rule));
}
BENCHMARK(nothing_but_expressions)->Arg(10)->Arg(1'000)->Arg(10'000);

/// What a reload pays for the rules themselves, without reading their text.
void compiling(benchmark::State& state) {
  std::string text = "rules:\n";
  for (std::size_t n = 0; n < static_cast<std::size_t>(state.range(0)); ++n) text += usual_rule(n);
  config::Problems problems;
  const auto document = config::parse_yaml(
      std::make_shared<const config::SourceFile>(config::SourceFile{"bench.yaml", text}), problems);
  const auto read = read_rules(*document, problems);
  for (auto _ : state) {
    benchmark::DoNotOptimize(RuleSet::compile(read.rules, {.queues = {"triage"}}, problems));
  }
}
BENCHMARK(compiling)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
