// What judging finds by the index is what trying every rule in order finds, over random rules and
// alerts. Explaining tries every rule.

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "rules_from_text.h"
#include "tests/support/random_values.h"

using namespace deskd::rules;
using namespace deskd::rules::testing;
using deskd::test::RandomValues;

namespace {

// Few and alike, so that conditions hold often and for different reasons.
constexpr std::array<std::string_view, 12> values{
    "a", "ab", "abc", "b", "bc", "c", "10", "1.3.6", ".1.3.6.1", "1.3.60", "10.0.0.7", "x y"};
constexpr std::array<std::string_view, 9> steady_fields{
    "type", "resource", "qualifier", "key", "sender", "labels.x", "labels.y", "labels.z", "class"};
constexpr std::array<std::string_view, 12> fields{"type",   "resource", "qualifier",     "key",
                                                  "sender", "labels.x", "labels.y",      "labels.z",
                                                  "class",  "queue",    "annotations.n", "summary"};
constexpr std::array<std::string_view, 8> expressions{"^a",       "^ab?",   "b+c$", "[0-9]{2}",
                                                      "^1[.]3|c", "^(a|b)", "a.*c", "^$|x"};
constexpr std::array<std::string_view, 6> globs{"a*", "*c", "a?c", "[ab]*", "1.3.6", "ab\\*"};

class Author {
 public:
  explicit Author(std::uint64_t seed) : random_(seed) {}

  std::vector<RuleText> files() {
    std::vector<RuleText> files;
    for (int file = 0; file < 4; ++file) {
      std::string text = file < 2 ? "profile: true\n" : "";
      if (random_.below(3) == 0) text += fmt::format("when: {}\n", map(1, steady_fields));
      text += "rules:\n";
      for (std::uint64_t n = random_.below(40); n > 0; --n) text += rule();
      if (text.ends_with("rules:\n")) text += rule();
      files.push_back({fmt::format("{}.yaml", file), std::move(text)});
    }
    return files;
  }

 private:
  template <class Words>
  std::string_view one_of(const Words& words) {
    return words[random_.below(words.size())];
  }
  std::string quoted(std::string_view text) { return fmt::format("'{}'", text); }
  std::string value() { return quoted(one_of(values)); }

  /// A value, or a list of them.
  template <class MakeValue>
  std::string some(MakeValue make) {
    if (random_.below(3) > 0) return make();
    std::string list = "[" + make();
    for (std::uint64_t n = random_.below(3); n > 0; --n) list += ", " + make();
    return list + "]";
  }

  std::string leaf() {
    const auto any_value = [&] { return value(); };
    switch (random_.below(12)) {
      case 0:
        return fmt::format("{{prefix: {}}}", some(any_value));
      case 1:
        return fmt::format("{{suffix: {}}}", some(any_value));
      case 2:
        return fmt::format("{{glob: {}}}", some([&] { return quoted(one_of(globs)); }));
      case 3:
      case 4:
        return fmt::format("{{matches: {}}}", some([&] { return quoted(one_of(expressions)); }));
      case 5:
        return fmt::format("{{under: {}}}", random_.flag() ? "1.3.6" : ".1.3.6.1");
      case 6:
        return fmt::format("{{cidr: 10.0.0.0/{}}}", random_.flag() ? 8 : 32);
      case 7:
        return fmt::format("{{{}: {}}}", random_.flag() ? "ge" : "lt", random_.below(20));
      case 8:
        return fmt::format("{{exists: {}}}", random_.flag());
      default:
        return some(any_value);
    }
  }

  std::string test(int depth) {
    switch (depth > 0 ? random_.below(8) : 7) {
      case 0:
        return fmt::format("{{not: {}}}", test(depth - 1));
      case 1:
        return fmt::format("{{any: [{}, {}]}}", test(depth - 1), test(depth - 1));
      case 2:
        return fmt::format("{{all: [{}, {}]}}", test(depth - 1), test(depth - 1));
      default:
        return leaf();
    }
  }

  template <class Fields>
  std::string entry(std::string_view field, int depth, const Fields& all) {
    if (field == "queue") return "queue: [noc-servers, triage]";
    if (std::ranges::find(all, "queue") != all.end() && random_.below(12) == 0) {
      return fmt::format("severity: {}, status: firing",
                         random_.flag() ? "{ge: major}" : "critical");
    }
    return fmt::format("{}: {}", field, test(depth));
  }

  template <class Fields>
  std::string map(int depth, const Fields& all) {
    const std::string_view first = one_of(all), second = one_of(all);
    std::string text = "{" + entry(first, depth, all);
    if (first != second && random_.flag() && !text.contains("severity")) {
      text += ", " + fmt::format("{}: {}", second, second == "queue" ? "triage" : test(depth));
    }
    const auto alternatives = [&](std::string_view word) {
      text += fmt::format(", {}: [{}, {}]", word, map(depth - 1, all), map(depth - 1, all));
    };
    if (depth > 0 && random_.below(3) == 0) alternatives("any");
    if (depth > 0 && random_.below(5) == 0) alternatives("all");
    if (depth > 0 && random_.below(5) == 0) text += ", not: " + map(depth - 1, all);
    return text + "}";
  }

  std::string changes() {
    const auto changed = [&] {
      switch (random_.below(4)) {
        case 0:
          return fmt::format("\"{{{{ {} }}}}\"", one_of(fields));
        case 1:
          return fmt::format("{{from: {}, map: {{a: b, ab: c}}, else: ''}}", one_of(fields));
        default:
          return random_.below(6) == 0 ? std::string("''") : value();
      }
    };
    std::string set = fmt::format("set: {{labels.{}: {}", "xyz"[random_.below(3)], changed());
    if (random_.flag()) set += fmt::format(", type: {}", changed());
    if (random_.flag()) set += fmt::format(", resource: {}", changed());
    if (random_.below(3) == 0) set += fmt::format(", annotations.n: {}", changed());
    if (random_.below(4) == 0) set += ", severity: critical";
    if (random_.below(4) == 0) set += ", status: resolved";
    return set + "}";
  }

  std::string rule() {
    std::string then = "urgency: low";
    const bool is_steady = random_.below(6) == 0;
    if (is_steady) then += ", identity: [labels.z, type], clears: {type: b, by: [labels.x]}";
    if (random_.below(3) == 0) then += fmt::format(", class: {}", "abc"[random_.below(3)]);
    if (random_.below(3) == 0) {
      then += random_.flag() ? ", queue: triage" : ", queue: \"noc-{{ labels.y }}\"";
    }
    if (random_.below(3) == 0) then += ", " + changes();
    if (random_.below(40) == 0) then += random_.flag() ? ", drop: noise" : ", drop: false";
    if (random_.below(40) == 0) then += fmt::format(", stop: {}", random_.flag());
    const std::string when = random_.below(20) == 0 ? ""
                             : is_steady ? fmt::format("when: {}, ", map(1, steady_fields))
                                         : fmt::format("when: {}, ", map(2, fields));
    return fmt::format("  - {{name: r{}, {}then: {{{}}}}}\n", count_++, when, then);
  }

  RandomValues random_;
  int count_ = 0;
};

Sample random_alert(RandomValues& random) {
  const auto value = [&] {
    return random.below(3) == 0 ? std::string_view() : values[random.below(values.size())];
  };
  Sample given{.sender = value(),
               .key = value(),
               .status = random.below(4) == 0 ? Status::resolved : Status::firing,
               .severity = random.one_of(Severity::critical),
               .type = value(),
               .resource = value(),
               .qualifier = value(),
               .summary = value()};
  for (const std::string_view name : {"w", "x", "y"}) {
    if (const auto text = value(); !text.empty()) given.labels.push_back({name, text});
  }
  if (const auto text = value(); !text.empty()) given.annotations.push_back({"n", text});
  return given;
}

std::string all_text(const std::vector<RuleText>& files) {
  std::string text;
  for (const RuleText& file : files) text += file.text;
  return text;
}

}  // namespace

TEST_CASE("judging by the index and trying every rule agree over random rules and alerts") {
  RandomValues random(7);
  int judged = 0, matched = 0, changed = 0, dropped = 0;
  for (std::uint64_t seed = 1; seed <= 250; ++seed) {
    const auto files = Author(seed).files();
    const Loaded loaded = load(files);
    REQUIRE_MESSAGE(loaded.set, loaded.problems.text());
    std::pmr::monotonic_buffer_resource arena;
    for (int n = 0; n < 120; ++n) {
      Sample given = random_alert(random);
      const Alert alert = given.alert();
      const Verdict verdict = loaded.set->judge(alert, arena);
      const Explanation plain = loaded.set->explain(alert, arena, no_rule);
      if (verdict_text(verdict) != verdict_text(plain.verdict)) {
        INFO("seed " << seed << "\n" << all_text(files));
        REQUIRE(verdict_text(verdict) == verdict_text(plain.verdict));
      }
      ++judged;
      matched += static_cast<int>(verdict.matched.size());
      changed += verdict.alert.type != alert.type || verdict.alert.resource != alert.resource;
      dropped += verdict.dropped;
    }
  }
  CHECK(judged == 30'000);
  CHECK(matched > 200'000);
  CHECK(changed > 10'000);
  CHECK(dropped > 500);
}
