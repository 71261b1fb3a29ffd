// An explanation never disagrees with the verdict, over random rules and alerts.

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "rules_from_text.h"
#include "tests/support/random_values.h"

using namespace deskd::rules;
using namespace deskd::rules::testing;
using deskd::test::RandomValues;

namespace {

constexpr std::array<std::string_view, 4> words{"a", "b", "c", "10"};
constexpr std::array<std::string_view, 5> fields{"type", "resource", "labels.x", "labels.y", "key"};

class Author {
 public:
  explicit Author(std::uint64_t seed) : random_(seed) {}

  std::vector<RuleText> files() {
    std::vector<RuleText> files;
    for (int file = 0; file < 3; ++file) {
      std::string text = file == 0 ? "profile: true\n" : "";
      if (random_.below(3) == 0) text += fmt::format("when: {}\n", map(1));
      text += "rules:\n";
      for (std::uint64_t n = 3 + random_.below(8); n > 0; --n) text += rule();
      files.push_back({fmt::format("{}.yaml", file), std::move(text)});
    }
    return files;
  }

 private:
  std::string_view word() { return words[random_.below(words.size())]; }
  std::string_view field() { return fields[random_.below(fields.size())]; }

  std::string test(int depth) {
    switch (random_.below(depth > 0 ? 11 : 8)) {
      case 0:
        return fmt::format("{{prefix: {}}}", word());
      case 1:
        return fmt::format("{{glob: \"{}*\", suffix: {}}}", word(), word());
      case 2:
        return fmt::format("{{ge: {}}}", random_.below(20));
      case 3:
        return fmt::format("{{exists: {}}}", random_.flag());
      case 4:
        return fmt::format("[{}, {}]", word(), word());
      case 5:
        return fmt::format("{{matches: \"[{}{}]\"}}", word(), word());
      case 6:
      case 7:
        return std::string(word());
      case 8:
        return fmt::format("{{not: {}}}", test(depth - 1));
      case 9:
        return fmt::format("{{any: [{}, {}]}}", test(depth - 1), test(depth - 1));
      default:
        return fmt::format("{{all: [{}, {}]}}", test(depth - 1), test(depth - 1));
    }
  }

  std::string map(int depth) {
    std::string text = fmt::format("{{{}: {}", field(), test(depth));
    // A field twice would be a mistake; impact is none of the random ones.
    if (random_.below(6) == 0) text += ", impact: high";
    if (depth > 0 && random_.below(3) == 0) {
      text += fmt::format(", any: [{}, {}]", map(depth - 1), map(depth - 1));
    }
    if (depth > 0 && random_.below(4) == 0) text += fmt::format(", not: {}", map(depth - 1));
    if (depth > 0 && random_.below(4) == 0) {
      text += fmt::format(", all: [{}, {}]", map(depth - 1), map(depth - 1));
    }
    return text + "}";
  }

  std::string rule() {
    std::string then;
    const auto add = [&](std::string text) { then += (then.empty() ? "" : ", ") + text; };
    if (random_.flag()) add(fmt::format("class: {}", word()));
    if (random_.below(3) == 0) {
      add(random_.flag() ? "queue: triage" : "queue: \"noc-{{ labels.y }}\"");
    }
    if (random_.below(3) == 0) add("impact: high");
    if (random_.below(3) == 0) {
      add(fmt::format("set: {{type: \"{{{{ {} }}}}\", labels.{}: {{from: {}, map: {{a: b}}}}}}",
                      field(), random_.flag() ? "x" : "z", field()));
    } else if (random_.below(3) == 0) {
      add("set: {status: resolved}");
    }
    if (random_.below(4) == 0) add(fmt::format("identity: [{}, {}]", "labels.z", field()));
    if (random_.below(4) == 0) add(fmt::format("clears: {{type: b, by: [{}]}}", field()));
    if (random_.below(10) == 0) add(random_.flag() ? "drop: noise" : "drop: false");
    if (random_.below(10) == 0) add(fmt::format("stop: {}", random_.flag()));
    if (then.empty()) add("urgency: low");
    const std::string when = random_.below(6) == 0 ? "" : fmt::format("when: {}, ", map(2));
    return fmt::format("  - {{name: r{}, {}then: {{{}}}}}\n", count_++, when, then);
  }

  RandomValues random_;
  int count_ = 0;
};

/// What the traces say was decided must be what the verdict states, and the other way round.
void compare_decisions(const Explanation& explanation) {
  std::vector<std::string> traced, stated;
  for (const RuleTrace& trace : explanation.rules) {
    for (const TracedDecision& one : trace.decisions) {
      if (one.fate != TracedDecision::Fate::taken) continue;
      traced.push_back(
          fmt::format("{}.{} by {}: {}", name(one.decision), one.name, trace.rule, one.value));
    }
  }
  for (const Stated& one : explanation.verdict.stated) {
    if (one.rule == no_rule) continue;
    stated.push_back(
        fmt::format("{}.{} by {}: {}", name(one.decision), one.name, one.rule, one.value));
  }
  std::ranges::sort(traced);
  std::ranges::sort(stated);
  CHECK(traced == stated);
}

void compare_readings(const Explanation& explanation) {
  std::vector<RuleNumber> matched;
  for (std::size_t i = 0; i < explanation.rules.size(); ++i) {
    const RuleTrace& trace = explanation.rules[i];
    CHECK(trace.rule == i);
    if (trace.reading == RuleTrace::Reading::matched) matched.push_back(trace.rule);
    CHECK(trace.failures.empty() == (trace.reading != RuleTrace::Reading::failed));
  }
  CHECK(std::ranges::equal(matched, explanation.verdict.matched));
}

}  // namespace

TEST_CASE("explain and judge agree over random rules and alerts") {
  RandomValues random(11);
  int judged = 0, matched = 0, unstated = 0, dropped = 0;
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    const auto files = Author(seed).files();
    const Loaded loaded = load(files);
    if (loaded.set == nullptr) continue;
    for (int n = 0; n < 25; ++n) {
      const auto word = [&] { return random.below(4) == 0 ? "" : words[random.below(4)]; };
      Sample given{.key = word(), .type = word(), .resource = word(), .labels = {}};
      if (const auto value = word(); !value.empty()) given.labels.push_back({"x", value});
      if (const auto value = word(); !value.empty()) given.labels.push_back({"y", value});
      const Alert alert = given.alert();
      std::pmr::monotonic_buffer_resource arena;
      const Verdict verdict = loaded.set->judge(alert, arena);
      const Explanation explanation = loaded.set->explain(alert, arena);
      INFO("seed " << seed << "\n" << files[0].text << files[1].text << files[2].text);
      REQUIRE(verdict_text(explanation.verdict) == verdict_text(verdict));
      compare_decisions(explanation);
      compare_readings(explanation);
      ++judged;
      matched += verdict.matched.empty() ? 0 : 1;
      unstated += verdict.unstated.empty() ? 0 : 1;
      dropped += verdict.dropped ? 1 : 0;
    }
  }
  CHECK(judged > 2'000);
  CHECK(matched > 1'000);
  CHECK(unstated > 300);
  CHECK(dropped > 100);
}
