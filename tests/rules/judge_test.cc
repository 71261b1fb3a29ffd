// What judging costs and keeps: no memory but the arena's, and no memory of earlier alerts.

#include <doctest/doctest.h>

#include <memory_resource>

#include "rules_from_text.h"

using namespace deskd::rules;
using namespace deskd::rules::testing;

namespace {

/// Counts what it gives out; frees with the whole arena, as a batch's arena does.
class CountingArena : public std::pmr::memory_resource {
 public:
  std::size_t allocations = 0;
  std::size_t bytes = 0;

 private:
  void* do_allocate(std::size_t size, std::size_t alignment) override {
    ++allocations;
    bytes += size;
    return buffer_.allocate(size, alignment);
  }
  void do_deallocate(void*, std::size_t, std::size_t) override {}
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
  std::pmr::monotonic_buffer_resource buffer_{64 * 1024};
};

constexpr std::size_t largest_share = 1024;  // of one alert in its batch's arena

Loaded many_rules(int count) {
  std::string text = "rules:\n";
  for (int i = 0; i < count; ++i) {
    text += "  - {name: r" + std::to_string(i) + ", when: {type: t" + std::to_string(i) +
            ", labels.site: fra}, then: {queue: triage, impact: high, urgency: low, class: a.b}}\n";
  }
  return load(text);
}

}  // namespace

TEST_CASE("judging takes from the arena what its verdict shows, and nothing per label") {
  const Loaded loaded = many_rules(50);
  REQUIRE(loaded.set);
  const auto cost = [&](std::size_t label_count) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < label_count; ++i) names.push_back("l" + std::to_string(1000 + i));
    Sample given{.type = "t7", .resource = "r", .labels = {{"site", "fra"}}};
    for (const std::string& name : names) given.labels.push_back({name, "v"});
    const Alert alert = given.alert();
    CountingArena arena;
    const Verdict verdict = loaded.set->judge(alert, arena);
    REQUIRE(verdict.matched.size() == 1);
    CHECK(verdict.alert.labels.data() == alert.labels.data());
    CHECK(arena.bytes < largest_share);
    return arena.allocations;
  };
  CHECK(cost(1) == cost(100));
}

TEST_CASE("an alert that was not changed keeps its own labels, one that was gets a merged copy") {
  Judge judge(R"(
rules:
  - {name: r, when: {type: t}, then: {set: {labels.a: "1", labels.z: "9"}}}
)");
  const Verdict verdict = judge({.type = "t", .labels = {{"b", "2"}}});
  const std::vector<Label> labels(verdict.alert.labels.begin(), verdict.alert.labels.end());
  CHECK(labels == std::vector<Label>{{"a", "1"}, {"b", "2"}, {"z", "9"}});
}

TEST_CASE("the same alert gets the same verdict, whatever was judged before") {
  Judge judge(R"(
rules:
  - {name: a, when: {type: a}, then: {set: {labels.x: "{{ type | upper }}"}, class: a}}
  - {name: b, then: {queue: triage, title: "{{ labels.x | default('none') }}"}}
)");
  const auto text_of = [&](const Verdict& verdict) {
    std::string text;
    for (const Stated& stated : verdict.stated) {
      text += std::string(name(stated.decision)) + "=" + std::string(stated.value) + ";";
    }
    return text;
  };
  const std::string first = text_of(judge({.type = "b"}));
  judge({.type = "a"});
  CHECK(text_of(judge({.type = "b"})) == first);
  CHECK(first == "priority=P4;queue=triage;title=none;");
}

TEST_CASE(
    "rule sets with more fields and decisions than the scratch holds are judged all the same") {
  std::string text = "rules:\n";
  for (int i = 0; i < 500; ++i) {
    const std::string n = std::to_string(i);
    text += "  - {name: r" + n + ", when: {labels.a" + n +
            ": {exists: false}}, then: {set: " + "{labels.b" + n + ": v" + n + "}}}\n";
  }
  Judge judge(text);
  const Verdict verdict = judge({});
  CHECK(verdict.matched.size() == 500);
  CHECK(verdict.alert.labels.size() == 500);
  CHECK(find_label(verdict.alert.labels, "b499") == "v499");
}

TEST_CASE("too many rules are refused") {
  std::vector<Rule> rules(100'001);
  for (std::size_t i = 0; i < rules.size(); ++i) rules[i].name = std::to_string(i);
  deskd::config::Problems problems;
  CHECK(RuleSet::compile(rules, test_desk(), problems) == nullptr);
  CHECK(problems.all().size() == 1);
}
