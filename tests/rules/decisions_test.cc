// What RULES says about decisions, templates and identity, one case per promise.

#include <doctest/doctest.h>

#include "rules_from_text.h"

using namespace deskd::rules;
using namespace deskd::rules::testing;

namespace {

std::string identity_text(const Verdict& verdict) {
  std::string text;
  for (const IdentityPart& part : verdict.identity) {
    text += std::string(part.field) + "=" + std::string(part.value) + ";";
  }
  return text;
}

/// What the template gives for the alert, as a runbook; "unstated" when it can't be made.
std::string rendered(const std::string& text, Sample given) {
  Judge judge("rules:\n  - name: r\n    then:\n      runbook: '" + text + "'\n");
  CAPTURE(judge.problems());
  REQUIRE(judge.loaded());
  const Verdict verdict = judge(std::move(given));
  return verdict.unstated.empty() ? std::string(verdict.runbook) : "unstated";
}

}  // namespace

TEST_CASE("set reaches every field of an alert that can be set") {
  Judge judge(R"(
rules:
  - name: r
    then:
      set:
        status: resolved
        severity: minor
        type: t
        resource: r
        qualifier: q
        summary: s
        key: k
        event_at: 2026-11-21T10:00:00Z
        labels.b: "2"
        annotations.n: a
)");
  const Verdict verdict = judge({.key = "old", .labels = {{"a", "1"}, {"b", "x"}, {"c", "3"}}});
  CHECK(verdict.alert.status == Status::resolved);
  CHECK(verdict.alert.severity == Severity::minor);
  CHECK(verdict.alert.type == "t");
  CHECK(verdict.alert.resource == "r");
  CHECK(verdict.alert.qualifier == "q");
  CHECK(verdict.alert.summary == "s");
  CHECK(verdict.alert.key == "k");
  CHECK(rfc3339(verdict.alert.event_at) == "2026-11-21T10:00:00.000Z");
  const std::vector<Label> labels(verdict.alert.labels.begin(), verdict.alert.labels.end());
  CHECK(labels == std::vector<Label>{{"a", "1"}, {"b", "2"}, {"c", "3"}});
  CHECK(find_label(verdict.alert.annotations, "n") == "a");
}

TEST_CASE("an empty text takes a field away") {
  Judge judge(R"(rules: [{name: r, then: {set: {qualifier: "", labels.a: "", summary: ""}}}])");
  const Verdict verdict =
      judge({.type = "t", .qualifier = "q", .summary = "s", .labels = {{"a", "1"}, {"b", "2"}}});
  CHECK(verdict.alert.qualifier.empty());
  CHECK(verdict.alert.labels.size() == 1);
  CHECK(verdict.title == "t");
}

TEST_CASE("event_at is read as RFC 3339 or as an epoch") {
  Judge judge(R"(rules: [{name: r, then: {set: {event_at: "{{ labels.at }}"}}}])");
  CHECK(rfc3339(judge({.labels = {{"at", "1763798400123"}}}).alert.event_at) ==
        "2025-11-22T08:00:00.123Z");
  CHECK(rfc3339(judge({.labels = {{"at", "2026-11-22T09:00:00+01:00"}}}).alert.event_at) ==
        "2026-11-22T08:00:00.000Z");
}

TEST_CASE("a map's values may be templates") {
  Judge judge(R"(
rules:
  - name: r
    then: {set: {resource: {from: labels.kind, map: {host: "{{ labels.host }}"}, else: "none"}}}
)");
  CHECK(judge({.labels = {{"kind", "host"}, {"host", "h1"}}}).alert.resource == "h1");
  CHECK(judge({.labels = {{"kind", "vm"}}}).alert.resource == "none");
  CHECK(judge({.labels = {{"kind", "host"}}}).unstated.size() == 1);
}

TEST_CASE("priority stated by a rule beats the matrix, which needs both, which beats the default") {
  Judge judge(R"(
rules:
  - {name: stated, when: {labels.vip: "yes"}, then: {priority: P1}}
  - {name: both, when: {type: both}, then: {impact: high, urgency: medium}}
  - {name: one, when: {type: one}, then: {impact: high}}
)");
  CHECK(judge.priority(judge({.type = "both"})) == "P2");
  CHECK(judge.author(judge({.type = "both"}), Decision::priority) == "default");
  CHECK(judge.priority(judge({.type = "one"})) == "P4");
  CHECK(judge.priority(judge({.type = "none"})) == "P4");
  const Verdict vip = judge({.type = "both", .labels = {{"vip", "yes"}}});
  CHECK(judge.priority(vip) == "P1");
  CHECK(judge.author(vip, Decision::priority) == "stated");
  CHECK(vip.impact == Level::high);
  CHECK(vip.urgency == Level::medium);
}

TEST_CASE("the title is the decision, else the summary, else TYPE on RESOURCE") {
  Judge judge(R"(rules: [{name: r, when: {labels.t: "1"}, then: {title: "{{ type }}!"}}])");
  const Sample full{.type = "linkDown", .resource = "edge-7", .summary = "It broke"};
  Sample decided = full;
  decided.labels = {{"t", "1"}};
  CHECK(judge(decided).title == "linkDown!");
  CHECK(judge.author(judge(decided), Decision::title) == "r");
  CHECK(judge(full).title == "It broke");
  CHECK(judge.author(judge(full), Decision::title) == "default");
  CHECK(judge({.type = "linkDown", .resource = "edge-7"}).title == "linkDown on edge-7");
}

TEST_CASE("a title is always there, and bounded without splitting a character") {
  Judge judge("rules: [{name: r, when: {type: never}, then: {class: c}}]");
  CHECK(judge({.type = "t"}).title == "t");
  CHECK(judge({.resource = "r"}).title == "r");
  CHECK(judge({.key = "k"}).title == "k");
  CHECK(judge({.source = "hooks"}).title == "hooks");
  CHECK(judge({.source = ""}).title == "alert");
  std::string long_summary = "x";
  for (int i = 0; i < 300; ++i) long_summary += "ü";
  const Verdict verdict = judge({.summary = long_summary});
  CHECK(verdict.title.size() == 511);
}

TEST_CASE("an alert that no rule knows has no queue of its own: the catch-all takes it") {
  Judge judge("rules: [{name: r, when: {type: never}, then: {queue: triage}}]");
  const Verdict verdict = judge({.type = "t"});
  CHECK(verdict.queue == no_queue);
  CHECK(verdict.matched.empty());
}

TEST_CASE("the default identity is resource, type and qualifier") {
  Judge judge("rules: [{name: r, then: {set: {qualifier: q}}}]");
  CHECK(identity_text(judge({.type = "t", .resource = "r"})) == "resource=r;type=t;qualifier=q;");
  CHECK(identity_text(judge({.type = "t"})) == "resource=;type=t;qualifier=q;");
  CHECK(identity_text(judge({.resource = "r"})) == "resource=r;type=;qualifier=q;");
}

TEST_CASE("where resource and type are both missing the identity is source and key") {
  Judge judge("rules: [{name: r, then: {class: c}}]");
  CHECK(identity_text(judge({.source = "hooks", .key = "k", .qualifier = "q"})) ==
        "source=hooks;key=k;");
}

TEST_CASE("set: {key} changes the identity") {
  Judge judge("rules: [{name: r, then: {set: {key: other}}}]");
  CHECK(identity_text(judge({.source = "hooks", .key = "k"})) == "source=hooks;key=other;");
}

TEST_CASE("without a key the identity is a hash of all labels but severity") {
  Judge judge("rules: [{name: r, then: {class: c}}]");
  const auto hash_of = [&](std::vector<Label> labels) {
    const Verdict verdict = judge({.labels = std::move(labels)});
    REQUIRE(verdict.identity.size() == 1);
    CHECK(verdict.identity[0].field == "labels_hash");
    CHECK(verdict.identity[0].value.size() == 32);
    return std::string(verdict.identity[0].value);
  };
  CHECK(hash_of({{"a", "1"}}) == hash_of({{"a", "1"}, {"severity", "high"}}));
  CHECK(hash_of({{"a", "1"}}) != hash_of({{"a", "2"}}));
  CHECK(hash_of({{"ab", "c"}}) != hash_of({{"a", "bc"}}));
  CHECK(hash_of({{"a", "b"}, {"c", "d"}}) != hash_of({{"a", "d"}, {"c", "b"}}));
  CHECK(hash_of({}) != hash_of({{"a", "1"}}));
}

TEST_CASE("a stated identity is a list of fields and values, missing ones null") {
  Judge judge("rules: [{name: r, then: {identity: [labels.site, source, labels.none]}}]");
  const Verdict verdict = judge({.source = "hooks", .labels = {{"site", "fra"}}});
  CHECK(identity_text(verdict) == "labels.site=fra;source=hooks;labels.none=;");
  CHECK(judge.author(verdict, Decision::identity) == "r");
}

TEST_CASE("a stated identity whose values are all null counts as not stated") {
  Judge judge({{"p.yaml", "profile: true\nrules: [{name: p, then: {identity: [qualifier]}}]"},
               {"o.yaml", R"(
rules:
  - {name: first, then: {identity: [labels.a, labels.b]}}
  - {name: second, then: {identity: [labels.c]}}
)"}});
  const Verdict second = judge({.type = "t", .labels = {{"c", "3"}}});
  CHECK(identity_text(second) == "labels.c=3;");
  CHECK(judge.names(second.unstated) == Names{"first"});
  const Verdict profile = judge({.type = "t", .qualifier = "q"});
  CHECK(identity_text(profile) == "qualifier=q;");
  CHECK(judge.names(profile.unstated) == Names{"first", "second"});
  CHECK(judge.author(profile, Decision::identity) == "p");
  const Verdict none = judge({.type = "t"});
  CHECK(identity_text(none) == "resource=;type=t;qualifier=;");
  CHECK(none.unstated.size() == 3);
}

TEST_CASE(
    "clears names types, fields and whose origins; resource, qualifier and sender by default") {
  Judge judge(R"(
rules:
  - {name: plain, when: {type: linkUp}, then: {clears: {type: linkDown}}}
  - name: full
    when: {type: allUp}
    then: {clears: {type: [linkDown, linkFlap], by: [labels.site], from: any}}
  - {name: source, when: {type: srcUp}, then: {clears: {type: x, by: resource, from: source}}}
)");
  const Verdict plain =
      judge({.status = Status::resolved, .type = "linkUp", .resource = "r", .qualifier = "3"});
  REQUIRE(plain.clears);
  CHECK(plain.clears->types[0] == "linkDown");
  CHECK(plain.clears->by[0] == IdentityPart{"resource", "r"});
  CHECK(plain.clears->by[1] == IdentityPart{"qualifier", "3"});
  CHECK(plain.clears->from == ClearsFrom::sender);
  CHECK(judge.set().names()[plain.clears->rule].name == "plain");

  const Verdict full =
      judge({.status = Status::resolved, .type = "allUp", .labels = {{"site", "fra"}}});
  REQUIRE(full.clears);
  CHECK(full.clears->types.size() == 2);
  CHECK(full.clears->from == ClearsFrom::any);
  const Verdict source = judge({.status = Status::resolved, .type = "srcUp", .resource = "r"});
  REQUIRE(source.clears);
  CHECK(source.clears->from == ClearsFrom::source);
}

TEST_CASE("clears is read of resolved alerts only and makes none") {
  Judge judge("rules: [{name: r, then: {clears: {type: linkDown, by: [type]}}}]");
  const Verdict firing = judge({.type = "linkUp"});
  CHECK_FALSE(firing.clears);
  CHECK(firing.alert.status == Status::firing);
  CHECK(firing.unstated.empty());
  CHECK(judge({.status = Status::resolved, .type = "linkUp"}).clears);
}

TEST_CASE("a rule that states clears may set the status itself") {
  Judge judge("rules: [{name: r, then: {set: {status: resolved}, clears: {type: a, by: [type]}}}]");
  CHECK(judge({.type = "linkUp"}).clears);
}

TEST_CASE("clears with a null by is not stated, and the next rule may take it") {
  Judge judge(R"(
rules:
  - {name: first, then: {clears: {type: a, by: [resource, qualifier]}}}
  - {name: second, then: {clears: {type: b, by: [resource]}}}
)");
  const Verdict verdict = judge({.status = Status::resolved, .resource = "r"});
  REQUIRE(verdict.clears);
  CHECK(verdict.clears->types[0] == "b");
  CHECK(judge.names(verdict.unstated) == Names{"first"});
  CHECK_FALSE(judge({.status = Status::resolved}).clears);
}

TEST_CASE("the shapes of all clears are known, each once, with all types") {
  Judge judge(R"(
rules:
  - {name: a, then: {clears: {type: [y, x]}}}
  - {name: b, then: {clears: {type: [w, y]}}}
  - {name: c, then: {clears: {type: z, by: [labels.site, type]}}}
)");
  const auto& shapes = judge.set().clears_shapes();
  REQUIRE(shapes.size() == 2);
  CHECK(shapes[0].by == Names{"resource", "qualifier"});
  CHECK(shapes[0].types == Names{"w", "x", "y"});
  CHECK(shapes[1].by == Names{"labels.site", "type"});
  CHECK(shapes[1].types == Names{"z"});
}

TEST_CASE("templates show fields and the decisions so far") {
  CHECK(rendered("a {{ type }} b {{labels.x}}{{ severity }}",
                 {.severity = Severity::major, .type = "t", .labels = {{"x", "y"}}}) ==
        "a t b ymajor");
  CHECK(rendered("{{ annotations.some note }}", {.annotations = {{"some note", "n"}}}) == "n");
  CHECK(rendered("{{ type }}", {}) == "unstated");
  CHECK(rendered("a {{ type }}", {}) == "unstated");
  CHECK(rendered("no field", {}) == "no field");
  Judge judge(R"(
rules:
  - {name: a, then: {class: network.link, queue: triage}}
  - {name: b, then: {title: "{{ class }} in {{ queue }}"}}
)");
  CHECK(judge({}).title == "network.link in triage");
}

TEST_CASE("filters change a value") {
  const Sample given{.type = "LinkDown", .labels = {{"x", "a-b-c"}, {"u", "Grüße aus Köln"}}};
  struct Row {
    const char* text;
    const char* expected;
  };
  const Row rows[] = {
      {"{{ type | lower }}", "linkdown"},
      {"{{ type | upper }}", "LINKDOWN"},
      {"{{type|lower|upper}}", "LINKDOWN"},
      {R"({{ labels.none | default("x") }})", "x"},
      {R"({{ type | default("x") }})", "LinkDown"},
      {R"(a{{ labels.none | default("") }}b)", "ab"},
      {R"({{ labels.none | lower | default("X") | lower }})", "x"},
      {R"({{ labels.x | replace("-", ".") }})", "a.b.c"},
      {R"({{ labels.x | replace("-", "") }})", "abc"},
      {R"({{ labels.x | replace("b", "-b-b-") }})", "a--b-b--c"},
      {R"({{ labels.x | replace("a-b-c", "") | default("all gone") }})", "all gone"},
      {"{{ labels.u | truncate(4) }}", "Grüß"},
      {"{{ labels.u | truncate(400) }}", "Grüße aus Köln"},
      {R"({{ labels.x | upper | truncate(3) | replace("A", "b") | lower }})", "b-b"},
      {R"({{ labels.none | default("}}|") }})", "}}|"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(rendered(row.text, given) == row.expected);
  }
}

TEST_CASE("a template's output is bounded: what is longer is not stated") {
  const std::string fits(4 * 1024, 'x');
  const std::string longer = fits + "x";
  CHECK(rendered("{{ summary }}", {.summary = fits}) == fits);
  CHECK(rendered("{{ summary }}", {.summary = longer}) == "unstated");
  CHECK(rendered("a{{ summary }}", {.summary = fits}) == "unstated");
  CHECK(rendered("{{ summary | truncate(9) }}", {.summary = longer}) == "xxxxxxxxx");
  CHECK(rendered(R"({{ summary | replace("x", "xx") }})", {.summary = fits}) == "unstated");
}

TEST_CASE("a class is lower-case words with dots") {
  for (const char* text : {"a", "network.link", "a_b-c.9"}) {
    CAPTURE(text);
    CHECK(load(std::string("rules: [{name: r, then: {class: ") + text + "}}]").set);
  }
  for (const char* text : {"Network", ".a", "a.", "a..b", "a b", "ü", "''"}) {
    CAPTURE(text);
    CHECK_FALSE(load(std::string("rules: [{name: r, then: {class: ") + text + "}}]").set);
  }
}
