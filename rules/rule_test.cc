#include "rules/rule_test.h"

#include <algorithm>
#include <utility>

#include "rules/rule_test/comparison.h"

namespace deskd::rules {
namespace {

std::span<const Label> views_of(const std::vector<std::pair<std::string, std::string>>& labels,
                                std::pmr::memory_resource& arena) {
  std::pmr::polymorphic_allocator<Label> allocator(&arena);
  Label* views = allocator.allocate(labels.size());
  std::ranges::transform(labels, views,
                         [](const auto& label) { return Label{label.first, label.second}; });
  return {views, labels.size()};
}

Alert alert_of(const Given& given, std::pmr::memory_resource& arena) {
  return {.source = given.source,
          .sender = given.sender,
          .key = given.key,
          .status = given.status,
          .severity = given.severity,
          .type = given.type,
          .resource = given.resource,
          .qualifier = given.qualifier,
          .summary = given.summary,
          .labels = views_of(given.labels, arena),
          .annotations = views_of(given.annotations, arena),
          .received_at = given.at,
          .event_at = given.at};
}

/// One run of all tests: what each of them needs.
class Runner {
 public:
  Runner(const RuleSet& rule_set, const DecodeGiven& decode, config::Problems& problems)
      : rule_set_(rule_set), decode_(decode), problems_(problems) {}

  bool passes(const Rule& rule, const RuleTest& test) {
    std::pmr::monotonic_buffer_resource arena;
    const auto alerts = alerts_of(rule, test.given, arena);
    if (!alerts) return false;
    if (alerts->empty()) {
      fail(rule, test.place, "the body holds no alert");
      return false;
    }
    if (test.for_each && alerts->size() != test.expect.size()) {
      fail(rule, test.place,
           "expected " + std::to_string(test.expect.size()) + " alerts, the body holds " +
               std::to_string(alerts->size()));
      return false;
    }
    bool all_hold = true;
    for (std::size_t i = 0; i < test.expect.size(); ++i) {
      const Verdict verdict = rule_set_.judge((*alerts)[i], arena);
      for (const Expectation& expectation : test.expect[i]) {
        const auto found = difference(rule_set_, verdict, expectation);
        if (!found) continue;
        fail(rule, expectation.place, *found);
        all_hold = false;
      }
    }
    return all_hold;
  }

 private:
  std::optional<std::vector<Alert>> alerts_of(const Rule& rule, const Given& given,
                                              std::pmr::memory_resource& arena) {
    if (!given.body && !given.trap) return std::vector{alert_of(given, arena)};
    auto decoded =
        decode_ ? decode_(given) : std::unexpected(Undecoded{"there is no decoder here", {}});
    if (decoded) return *std::move(decoded);
    const config::Place& whole = given.body ? given.body->place : given.trap->place;
    fail(rule, decoded.error().place.value_or(whole),
         std::string(given.body ? "the body" : "the trap") +
             " could not be decoded: " + decoded.error().why);
    return std::nullopt;
  }

  void fail(const Rule& rule, const config::Place& place, const std::string& message) {
    problems_.error(place, "test of rule '" + rule.name + "': " + message);
  }

  const RuleSet& rule_set_;
  const DecodeGiven& decode_;
  config::Problems& problems_;
};

}  // namespace

TestReport run_tests(const RuleSet& rule_set, std::span<const Rule> rules,
                     const DecodeGiven& decode, config::Problems& problems) {
  Runner runner(rule_set, decode, problems);
  TestReport report;
  for (const Rule& rule : rules) {
    for (const RuleTest& test : rule.tests) {
      ++report.run;
      if (!runner.passes(rule, test)) ++report.failed;
    }
  }
  return report;
}

}  // namespace deskd::rules
