// Asking why: which rules were read, which condition failed and on what, who took which decision.

#include <doctest/doctest.h>

#include "config/limits.h"
#include "rules_from_text.h"

using namespace deskd::rules;
using namespace deskd::rules::testing;

namespace {

using Fate = TracedDecision::Fate;
using Reading = RuleTrace::Reading;

/// Explains one alert by some rules, and keeps what the explanation points to.
class Ask {
 public:
  Ask(const std::vector<RuleText>& files, Sample given,
      std::optional<std::string_view> only = std::nullopt)
      : loaded_(load(files)), given_(std::move(given)) {
    REQUIRE_MESSAGE(loaded_.set != nullptr, loaded_.problems.text());
    std::optional<RuleNumber> number;
    if (only) number = *only == "none" ? no_rule : number_of(*only);
    explanation_ = loaded_.set->explain(given_.alert(), arena_, number);
  }
  Ask(const std::string& text, Sample given) : Ask({{"test.yaml", text}}, std::move(given)) {}

  const RuleTrace& rule(std::string_view name) const {
    return explanation_.rules.at(number_of(name));
  }
  const FailedCondition& failure(std::string_view name) const {
    REQUIRE(rule(name).reading == Reading::failed);
    REQUIRE_FALSE(rule(name).failures.empty());
    return rule(name).failures.front();
  }
  const TracedDecision& decision(std::string_view rule_name, Decision decision) const {
    const auto& decisions = rule(rule_name).decisions;
    const auto found = std::ranges::find(decisions, decision, &TracedDecision::decision);
    REQUIRE(found != decisions.end());
    return *found;
  }
  RuleNumber number_of(std::string_view name) const {
    const auto& names = loaded_.set->names();
    const auto found = std::ranges::find(names, name, &RuleName::name);
    REQUIRE(found != names.end());
    return static_cast<RuleNumber>(found - names.begin());
  }
  const Explanation& operator*() const { return explanation_; }

 private:
  Loaded loaded_;
  Sample given_;
  std::pmr::monotonic_buffer_resource arena_;
  Explanation explanation_;
};

struct FailureRow {
  const char* what;
  const char* when;  // a `when` map on a line of its own, the fifth
  const char* path;
  const char* field;
  const char* wanted;
  const char* value;
};

constexpr FailureRow failure_rows[] = {
    {"equals", "type: linkUp", "when.type", "type", "linkUp", "linkDown"},
    {"a list", "type: [linkUp, disk]", "when.type", "type", "one of linkUp, disk", "linkDown"},
    {"a missing field", "labels.role: core", "when.labels.role", "labels.role", "core", ""},
    {"an operator", "resource: {glob: core-*}", "when.resource.glob", "resource", "glob core-*",
     "edge-7"},
    {"a number", "labels.speed: {ge: 10000}", "when.labels.speed.ge", "labels.speed", "ge 10000",
     "100"},
    {"a network", "labels.site: {cidr: [10.0.0.0/8, '::/0']}", "when.labels.site.cidr",
     "labels.site", "cidr one of 10.0.0.0/8, ::/0", "fra"},
    {"a part of the OIDs", "labels.site: {under: 1.3.6}", "when.labels.site.under", "labels.site",
     "under 1.3.6", "fra"},
    {"no number", "labels.site: {lt: 5}", "when.labels.site.lt", "labels.site", "lt 5", "fra"},
    {"the second of two operators", "labels.speed: {ge: 10, le: 50}", "when.labels.speed.le",
     "labels.speed", "le 50", "100"},
    {"severity", "severity: {ge: critical}", "when.severity.ge", "severity", "ge critical",
     "major"},
    {"there", "labels.site: {exists: false}", "when.labels.site.exists", "labels.site",
     "exists false", "fra"},
    {"not", "labels.site: {not: [fra, ber]}", "when.labels.site.not", "labels.site",
     "not one of fra, ber", "fra"},
    {"not of a map", "not: {labels.site: {prefix: f}, type: linkDown}", "when.not", "labels.site",
     "not {labels.site: prefix f, type: linkDown}", "fra"},
    {"all on a field", "labels.speed: {all: [{ge: 10}, {not: \"100\"}]}", "when.labels.speed.not",
     "labels.speed", "not 100", "100"},
    {"all maps", "all: [{type: linkDown}, {labels.site: ber}]", "when.all[1].labels.site",
     "labels.site", "ber", "fra"},
    {"the first of several", "{type: linkDown, labels.site: ber, resource: x}", "when.labels.site",
     "labels.site", "ber", "fra"},
    {"what another kind of test comes before", "{resource: {glob: x*}, type: linkUp}",
     "when.resource.glob", "resource", "glob x*", "edge-7"},
};

Sample link_down() {
  return {.severity = Severity::major,
          .type = "linkDown",
          .resource = "edge-7",
          .labels = {{"site", "fra"}, {"speed", "100"}}};
}

}  // namespace

TEST_CASE(
    "the first condition that failed is named with its place, what it wanted and what it met") {
  for (const FailureRow& row : failure_rows) {
    CAPTURE(row.what);
    const Ask ask("rules:\n  - name: r\n    then: {queue: triage}\n    when:\n      " +
                      std::string(row.when) + "\n",
                  link_down());
    const FailedCondition& failed = ask.failure("r");
    CHECK(failed.path == row.path);
    CHECK(failed.field == row.field);
    CHECK(failed.wanted == row.wanted);
    CHECK(failed.value == row.value);
    CHECK(failed.file == "test.yaml");
    CHECK(failed.line == 5);
    CHECK(ask.rule("r").failures.size() == 1);
  }
}

TEST_CASE("of an any that fails, every alternative is named") {
  const Ask ask(R"(
rules:
  - name: r
    when:
      any:
        - {labels.role: core}
        - type: linkDown
          labels.speed: {ge: 10000}
    then: {queue: triage}
  - {name: s, when: {resource: {any: [{prefix: a}, core-1]}}, then: {queue: triage}}
)",
                link_down());
  const auto& failures = ask.rule("r").failures;
  REQUIRE(failures.size() == 2);
  CHECK(failures[0].path == "when.any[0].labels.role");
  CHECK(failures[0].value.empty());
  CHECK(failures[1].path == "when.any[1].labels.speed.ge");
  CHECK(failures[1].line == 8);
  CHECK(failures[1].value == "100");
  REQUIRE(ask.rule("s").failures.size() == 2);
  CHECK(ask.rule("s").failures[0].path == "when.resource.any[0].prefix");
  CHECK(ask.rule("s").failures[1].path == "when.resource.any[1]");
}

TEST_CASE("conditions see what rules above have set, and the file's own condition comes first") {
  const Ask ask(R"(
when: {labels.env: {not: test}}
rules:
  - {name: calm, then: {set: {severity: minor}}}
  - {name: loud, when: {severity: major}, then: {queue: triage}}
)",
                link_down());
  CHECK(ask.failure("loud").value == "minor");
  Sample test = link_down();
  test.labels.push_back({"env", "test"});
  const Ask other("when: {labels.env: {not: test}}\nrules: [{name: r, then: {queue: triage}}]",
                  test);
  CHECK(other.failure("r").path == "when.labels.env.not");
  CHECK(other.failure("r").line == 1);
}

TEST_CASE("rules behind a stop or drop were not reached, and the trace says which ended it") {
  const Ask ask({{"p.yaml", R"(
profile: true
rules:
  - {name: p1, then: {stop: true}}
  - {name: p2, then: {class: a}}
)"},
                 {"o.yaml", R"(
rules:
  - {name: o1, when: {type: linkDown}, then: {drop: lab}}
  - {name: o2, then: {queue: triage}}
)"}},
                link_down());
  CHECK(ask.rule("p2").reading == Reading::not_reached);
  CHECK(ask.rule("p2").ended_by == ask.number_of("p1"));
  CHECK(ask.rule("o1").reading == Reading::matched);
  CHECK(ask.rule("o2").reading == Reading::not_reached);
  CHECK(ask.rule("o2").ended_by == ask.number_of("o1"));
}

TEST_CASE("each decision of a matching rule says what became of it") {
  const Ask ask({{"p.yaml", R"(
profile: true
rules:
  - {name: meaning, then: {class: vendor.thing, runbook: wiki}}
)"},
                 {"o.yaml", R"(
rules:
  - name: first
    then: {class: ours, queue: "noc-{{ labels.team }}", set: {labels.a: "{{ labels.none }}"}}
  - name: second
    then: {class: theirs, queue: "noc-{{ labels.site }}", identity: [labels.none],
           clears: {type: linkDown}}
  - name: third
    then: {queue: triage, set: {severity: {from: labels.speed, map: {"10": minor}}}, identity: [type]}
)"}},
                link_down());
  CHECK(ask.decision("meaning", Decision::klass).fate == Fate::overruled);
  CHECK(ask.decision("meaning", Decision::klass).other == ask.number_of("first"));
  CHECK(ask.decision("meaning", Decision::runbook).fate == Fate::taken);
  CHECK(ask.decision("meaning", Decision::runbook).value == "wiki");
  CHECK(ask.decision("first", Decision::klass).fate == Fate::taken);
  CHECK(ask.decision("first", Decision::queue).fate == Fate::unstated);
  CHECK(ask.decision("first", Decision::queue).why == "labels.team is missing");
  CHECK(ask.decision("first", Decision::label).why == "labels.none is missing");
  CHECK(ask.decision("second", Decision::klass).fate == Fate::stated_before);
  CHECK(ask.decision("second", Decision::klass).other == ask.number_of("first"));
  CHECK(ask.decision("second", Decision::queue).why.find("no queue is named 'noc-fra'") == 0);
  CHECK(ask.decision("second", Decision::identity).why ==
        "all of its fields are missing: labels.none");
  CHECK(ask.decision("second", Decision::clears).fate == Fate::not_read);
  CHECK(ask.decision("third", Decision::severity).why ==
        "the map has neither '100' (labels.speed) nor else");
  CHECK(ask.decision("third", Decision::identity).fate == Fate::taken);
}

TEST_CASE("failed conditions are looked for in the rule that was asked for only") {
  const std::string text = R"(
rules:
  - {name: a, when: {type: x}, then: {queue: triage}}
  - {name: b, when: {type: y}, then: {queue: triage}}
)";
  const Ask one({{"test.yaml", text}}, link_down(), "b");
  CHECK(one.rule("a").failures.empty());
  CHECK(one.rule("b").failures.size() == 1);
  const Ask none({{"test.yaml", text}}, link_down(), "none");
  CHECK(none.rule("b").failures.empty());
}

TEST_CASE("hostile values and long conditions are cut") {
  const std::string long_text(20'000, 'x');
  std::string many = "rules: [{name: r, when: {any: [";
  for (int i = 0; i < 100; ++i) many += "{type: t" + std::to_string(i) + "},";
  many += "]}, then: {queue: triage}}]";
  Sample given = link_down();
  given.type = long_text;
  const Ask ask(many, given);
  CHECK(ask.rule("r").failures.size() == deskd::limits::failures_shown_max);
  CHECK(ask.failure("r").value.size() < 2'000);
  const Ask wide(
      "rules: [{name: r, when: {type: {prefix: " + long_text + "y}}, then: {queue: triage}}]",
      given);
  CHECK(wide.failure("r").wanted.size() < 2'000);
}
