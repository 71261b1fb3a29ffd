// Which rules the index finds: those that can hold, and few others.

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <numeric>

#include "rules/index/rule_index.h"
#include "rules_from_text.h"

using namespace deskd::rules;
using namespace deskd::rules::testing;

namespace {

using Numbers = std::vector<RuleNumber>;

/// An index, and what was found in it.
class Finder {
 public:
  explicit Finder(const std::string& text) : loaded_(load(text)) {
    REQUIRE_MESSAGE(loaded_.set, loaded_.problems.text());
    std::vector<Whens> whens;
    for (const Rule& rule : loaded_.rules) whens.push_back(rule.when);
    index_ = RuleIndex(whens, fields_);
  }

  Numbers operator()(Sample given) {
    const Alert alert = given.alert();
    std::pmr::monotonic_buffer_resource scratch;
    Subject subject(alert, fields_.fields(), scratch);
    Candidates candidates(loaded_.rules.size(), scratch);
    index_.look_up(subject, candidates);
    return all_of(candidates);
  }

  /// What is found once a field has this value.
  Numbers after(FieldName field, std::string_view value) {
    std::pmr::monotonic_buffer_resource scratch;
    Candidates candidates(loaded_.rules.size(), scratch);
    index_.look_up(fields_.slot(field), value, candidates);
    return all_of(candidates);
  }

 private:
  static Numbers all_of(const Candidates& candidates) {
    Numbers all;
    for (auto rule = candidates.next(0); rule != no_rule; rule = candidates.next(rule + 1)) {
      all.push_back(rule);
    }
    return all;
  }

  Loaded loaded_;
  FieldTable fields_;
  RuleIndex index_;
};

/// Rules with these conditions, in order.
std::string rules_with(const std::vector<std::string>& whens) {
  std::string text = "rules:\n";
  for (std::size_t i = 0; i < whens.size(); ++i) {
    text += fmt::format("  - {{name: r{}, when: {}, then: {{impact: high}}}}\n", i, whens[i]);
  }
  return text;
}

std::string many(std::size_t count, std::string (*when)(std::size_t)) {
  std::vector<std::string> whens;
  for (std::size_t i = 0; i < count; ++i) whens.push_back(when(i));
  return rules_with(whens);
}

Numbers up_to(std::size_t count) {
  Numbers all(count);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

}  // namespace

TEST_CASE("one condition and one type: is the rule found") {
  struct Row {
    const char* name;
    const char* condition;
    std::string_view type;
    bool found;
  };
  const Row rows[] = {
      {"the literal", "linkDown", "linkDown", true},
      {"another literal", "linkDown", "linkUp", false},
      {"a longer one", "linkDown", "linkDownAgain", false},
      {"in another case", "linkDown", "linkdown", false},
      {"one of a list", "[a, b, c]", "b", true},
      {"none of a list", "[a, b, c]", "d", false},
      {"the prefix", "{prefix: link}", "linkUp", true},
      {"the prefix itself", "{prefix: link}", "link", true},
      {"shorter than the prefix", "{prefix: link}", "lin", false},
      {"one of the prefixes", "{prefix: [x, li]}", "link", true},
      {"the suffix", "{suffix: Up}", "linkUp", true},
      {"another suffix", "{suffix: Up}", "linkDown", false},
      {"the beginning of a glob", "{glob: \"link*Up\"}", "linkDown", true},
      {"another beginning than the glob's", "{glob: \"link*Up\"}", "netUp", false},
      {"a glob without wildcards", "{glob: link}", "linkUp", false},
      {"a glob's escaped star", "{glob: 'a\\*b'}", "a*b", true},
      {"an OID below", "{under: 1.3.6.1.4.1.9}", "1.3.6.1.4.1.9.2", true},
      {"an OID below, a dot before it", "{under: 1.3.6.1.4.1.9}", ".1.3.6.1.4.1.9.2", true},
      {"an OID, a dot before it in the rule", "{under: .1.3.6}", "1.3.6", true},
      {"another OID", "{under: 1.3.6.1.4.1.9}", "1.3.6.1.4.1.8.9", false},
      {"the beginning of an anchored expression", "{matches: \"^link(Up|Down)?\"}", "", false},
      {"literals of an anchored expression", "{matches: \"^link[UD]\"}", "linkUp", true},
      {"others than those literals", "{matches: \"^link[UD]\"}", "netUp", false},
      {"a literal that may be missing", "{matches: \"^links?\"}", "linkUp", true},
      {"a literal that may come twice", "{matches: \"^lin+k\"}", "linnk", true},
      {"alternatives are no literals", "{matches: \"^link|net\"}", "net", true},
      {"a number", "{ge: 10}", "20", true},
      {"a number, and nothing there", "{ge: 10}", "", false},
      {"a network, and nothing there", "{cidr: 10.0.0.0/8}", "", false},
      {"there", "{exists: true}", "x", true},
      {"not there", "{exists: true}", "", false},
      {"must not be there", "{exists: false}", "x", true},
      {"a negation", "{not: x}", "x", true},
      {"any of two", "{any: [x, {prefix: y}]}", "yes", true},
      {"none of two", "{any: [x, {prefix: y}]}", "no", false},
      {"any of two of which one can't be looked up", "{any: [x, {not: y}]}", "y", true},
      {"all of two", "{all: [{prefix: ab}, {not: abc}]}", "abc", true},
      {"not all of two", "{all: [{prefix: ab}, {not: abc}]}", "b", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Finder find(rules_with({fmt::format("{{type: {}}}", row.condition)}));
    CHECK(find({.type = row.type}) == (row.found ? Numbers{0} : Numbers{}));
  }
}

TEST_CASE("a long prefix is looked up by its beginning, a long suffix by its end") {
  const std::string long_text = std::string(20, 'a') + std::string(20, 'b');
  Finder find(rules_with({"{key: {prefix: " + long_text + "}}",
                          "{key: {suffix: " + long_text + "}}", "{key: " + long_text + "}"}));
  CHECK(find({.key = long_text}) == Numbers{0, 1, 2});
  CHECK(find({.key = long_text + "x"}) == Numbers{0});
  CHECK(find({.key = "x" + long_text}) == Numbers{1});
}

TEST_CASE(
    "alternatives under when are found by each, and not at all where one can't be looked up") {
  Finder find(rules_with({"{any: [{type: a}, {labels.x: b, key: {not: c}}]}",
                          "{any: [{type: a}, {labels.x: {not: b}}]}", "{not: {type: a}}",
                          "{all: [{type: {not: a}}, {labels.x: b}]}"}));
  CHECK(find({.type = "a"}) == Numbers{0, 1, 2});
  CHECK(find({.labels = {{"x", "b"}}}) == Numbers{0, 1, 2, 3});
  CHECK(find({.type = "c"}) == Numbers{1, 2});
}

TEST_CASE("of several conditions the one decides that fewest rules share") {
  Finder find(many(200, [](std::size_t i) {
    return fmt::format("{{source: snmp, type: t{}, resource: {{prefix: edge-}}, labels.x: x{}}}",
                       i % 4, i);
  }));
  CHECK(find({.source = "snmp", .type = "t1", .resource = "edge-7", .labels = {{"x", "x9"}}}) ==
        Numbers{9});
  CHECK(find({.source = "snmp", .type = "t1", .resource = "edge-7"}).empty());
}

TEST_CASE("labels are found whether rules know more of them than the alert has or fewer") {
  Finder few(rules_with({"{labels.c: \"1\"}", "{annotations.c: \"1\"}"}));
  Finder more(many(30, [](std::size_t i) { return fmt::format("{{labels.l{}: \"1\"}}", 10 + i); }));
  CHECK(few({.labels = {{"a", "1"}, {"b", "1"}, {"c", "1"}}}) == Numbers{0});
  CHECK(few({.annotations = {{"c", "1"}}}) == Numbers{1});
  CHECK(few({.labels = {{"c", "2"}}}).empty());
  CHECK(more({.labels = {{"a", "1"}, {"l10", "1"}, {"l2", "1"}, {"l22", "1"}, {"z", "1"}}}) ==
        Numbers{0, 12});
  CHECK(more({.labels = {{"l39", "1"}}}) == Numbers{29});
}

TEST_CASE("a changed field finds the rules of its new value") {
  Finder find(
      rules_with({"{labels.x: a}", "{labels.x: {prefix: b}}", "{class: net}", "{type: b}"}));
  CHECK(find.after({Field::label, "x"}, "a") == Numbers{0});
  CHECK(find.after({Field::label, "x"}, "bc") == Numbers{1});
  CHECK(find.after({Field::klass, {}}, "net") == Numbers{2});
  CHECK(find.after({Field::resource, {}}, "b").empty());
  CHECK(find.after({Field::label, "x"}, "").empty());
}

TEST_CASE("many expressions on one field are tried in one pass, each found by itself") {
  Finder find(many(1'000, [](std::size_t i) {
    return fmt::format("{{resource: {{matches: \"(edge|core)-{}[.]\"}}}}", i);
  }));
  CHECK(find({.resource = "fra-core-77.example"}) == Numbers{77});
  CHECK(find({.resource = "edge-1.core-999.x"}) == Numbers{1, 999});
  CHECK(find({.resource = "edge-1000.x"}).empty());
  CHECK(find({}).empty());
}

TEST_CASE("an expression sees as much of a value as its rule does") {
  Finder find(many(
      40, [](std::size_t i) { return fmt::format("{{key: {{matches: \"needle{}$\"}}}}", i); }));
  const std::string seen(8 * 1024 - 7, '.');
  CHECK(find({.key = seen + "needle3"}) == Numbers{3});
  CHECK(find({.key = seen + "needle3 and more"}) == Numbers{3});
  CHECK(find({.key = seen + "..needle3"}).empty());
}

TEST_CASE("expressions that RE2 can't put together are tried in order") {
  Finder find(many(6, [](std::size_t i) {
    return fmt::format("{{resource: {{matches: \"([a-z0-9.]{{1,900}}x){{1}}{}\"}}}}", i);
  }));
  const Numbers found = find({.resource = "bx3"});
  CHECK(std::ranges::find(found, 3) != found.end());
}

TEST_CASE("ten thousand rules behind one prefix are all found, and only by it") {
  constexpr std::size_t count = 10'000;
  Finder find(many(count, [](std::size_t i) {
    return fmt::format("{{resource: {{prefix: edge-}}, labels.n: {{not: n{}}}}}", i);
  }));
  CHECK(find({.resource = "edge-1"}) == up_to(count));
  CHECK(find({.resource = "core-1"}).empty());
}

TEST_CASE("globs that begin alike are told apart by their ends") {
  Finder find(many(100, [](std::size_t i) {
    return fmt::format("{{resource: {{glob: \"node-*-{:02}\"}}}}", i);
  }));
  CHECK(find({.resource = "node-fra-42"}) == Numbers{42});
  CHECK(find({.resource = "node-fra-x"}).empty());
}

TEST_CASE("a long list that many rules share is not entered once for each of them") {
  constexpr std::size_t count = 1'000;
  std::string text = "when: {resource: [h0";
  for (std::size_t i = 1; i < count; ++i) text += fmt::format(", h{}", i);
  text +=
      "]}\n" + many(count, [](std::size_t i) { return fmt::format("{{type: {{not: t{}}}}}", i); });
  Finder find(text);
  CHECK(find({.resource = "other"}) == up_to(count));
}

TEST_CASE("rules without conditions are always found") {
  Finder find("rules:\n  - {name: a, then: {impact: high}}\n" +
              std::string("  - {name: b, when: {type: t}, then: {impact: high}}\n"));
  CHECK(find({}) == Numbers{0});
  CHECK(find({.type = "t"}) == Numbers{0, 1});
}
