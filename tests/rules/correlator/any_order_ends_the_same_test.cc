// Any order of one origin's alerts with distinct event times inside `reorder` ends in the same
// state, also when another alert of the same sender clears it.

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>

#include <fmt/format.h>

#include "tests/rules/correlator/sender.h"

using namespace deskd::rules;
using namespace deskd::rules::test;

namespace {

enum class Kind { firing, resolved, clearing };
struct Step {
  Kind kind = Kind::firing;
  Severity severity = Severity::major;
  int event = 0;
  std::string summary;
};

std::vector<Step> random_steps(std::mt19937& random) {
  std::vector<Step> steps(2 + random() % 4);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    steps[i].kind = static_cast<Kind>(random() % 3);
    steps[i].severity = static_cast<Severity>(random() % severity_count);
    steps[i].event = static_cast<int>(i + 1);
    steps[i].summary = fmt::format("alert {}", i + 1);
  }
  return steps;
}

std::string end_of(const std::vector<Step>& steps, std::string_view key) {
  Sender sender({.reorder = std::chrono::minutes{5}});
  double at = 100;
  for (const Step& step : steps) {
    const Said said{.sender = "a",
                    .key = key,
                    .severity = step.severity,
                    .summary = step.summary,
                    .at = ++at,
                    .event = double(step.event)};
    if (step.kind == Kind::firing) {
      sender.fire(said);
    } else if (step.kind == Kind::resolved) {
      sender.resolve(said);
    } else {
      Said clearing = said;
      clearing.key = {};
      clearing.type = "linkUp";
      clearing.clears = {"linkDown"};
      clearing.by = {"resource"};
      sender.resolve(clearing);
    }
  }
  if (sender.correlator.last_alarm() == 0 || !sender.is_active(1)) return "ended";
  const Origin& origin = sender.only_origin(1);
  return fmt::format(
      "fires {} {} {} since {}", name(origin.severity), name(sender.correlator.find(1)->severity),
      sender.correlator.find_text(1)->view().summary, (origin.event_at - at_second(0)).count());
}

}  // namespace

TEST_CASE("any order of one origin's alerts ends in the same state") {
  std::mt19937 random(7);
  for (int round = 0; round < 150; ++round) {
    std::vector<Step> steps = random_steps(random);
    const std::string_view key = round % 2 == 0 ? "" : "k";
    const std::string expected = end_of(steps, key);
    const bool fires = expected != "ended";
    REQUIRE(fires == (steps.back().kind == Kind::firing));
    const auto by_event = [](const Step& a, const Step& b) { return a.event < b.event; };
    std::string order;
    while (std::next_permutation(steps.begin(), steps.end(), by_event)) {
      const std::string end = end_of(steps, key);
      if (end == expected) continue;
      order.clear();
      for (const Step& step : steps) order += fmt::format(" {}:{}", int(step.kind), step.event);
      FAIL("order" << order << " gives " << end << " and not " << expected);
    }
  }
}
