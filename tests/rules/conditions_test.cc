// What RULES says about conditions, one case per promise.

#include <doctest/doctest.h>

#include <chrono>

#include "rules_from_text.h"

using namespace deskd::rules;
using namespace deskd::rules::testing;

namespace {

/// Whether `when`, in flow form, holds for the alert.
bool holds(const std::string& when, Sample given) {
  Judge judge("rules: [{name: r, when: " + when + ", then: {class: yes}}]");
  CAPTURE(judge.problems());
  REQUIRE(judge.loaded());
  return !judge(std::move(given)).matched.empty();
}

Sample with_label(std::string_view value) { return {.labels = {{"x", value}}}; }

}  // namespace

TEST_CASE("a rule without when always holds") {
  Judge judge("rules: [{name: r, then: {class: yes}}]");
  CHECK(judge({}).klass == "yes");
}

TEST_CASE("all conditions of a when must hold") {
  CHECK(holds("{type: a, resource: b}", {.type = "a", .resource = "b"}));
  CHECK_FALSE(holds("{type: a, resource: b}", {.type = "a", .resource = "c"}));
  CHECK_FALSE(holds("{type: a, resource: b}", {.type = "a"}));
}

TEST_CASE("every field can be tested") {
  const Sample given{.source = "hooks",
                     .sender = "10.0.0.1",
                     .key = "k",
                     .status = Status::resolved,
                     .severity = Severity::major,
                     .type = "t",
                     .resource = "r",
                     .qualifier = "q",
                     .summary = "s",
                     .labels = {{"app.kubernetes.io/name", "l"}},
                     .annotations = {{"note", "a"}}};
  for (const char* when :
       {"{source: hooks}", "{sender: 10.0.0.1}", "{key: k}", "{status: resolved}",
        "{severity: major}", "{type: t}", "{resource: r}", "{qualifier: q}", "{summary: s}",
        "{labels.app.kubernetes.io/name: l}", "{annotations.note: a}"}) {
    CAPTURE(when);
    CHECK(holds(when, given));
    CHECK_FALSE(holds(when, {.source = "other"}));
  }
}

TEST_CASE("scalars are the text that stands in the file") {
  for (const char* text : {"on", "007", "1.10", "yes", "true", "0x1F", "1e3"}) {
    CAPTURE(text);
    CHECK(holds(std::string("{labels.x: ") + text + "}", with_label(text)));
  }
  CHECK_FALSE(holds("{labels.x: 007}", with_label("7")));
  CHECK_FALSE(holds("{labels.x: 1.10}", with_label("1.1")));
  CHECK_FALSE(holds("{labels.x: on}", with_label("true")));
}

TEST_CASE("a list holds when the value is one of it") {
  CHECK(holds("{labels.x: [a, b]}", with_label("b")));
  CHECK_FALSE(holds("{labels.x: [a, b]}", with_label("c")));
  CHECK(holds("{status: [firing, resolved]}", {}));
}

TEST_CASE("equality takes the whole text and its case") {
  CHECK_FALSE(holds("{labels.x: ab}", with_label("abc")));
  CHECK_FALSE(holds("{labels.x: ab}", with_label("AB")));
}

TEST_CASE("glob, prefix and suffix hold as named") {
  CHECK(holds("{resource: {glob: 'edge-*'}}", {.resource = "edge-7"}));
  CHECK_FALSE(holds("{resource: {glob: 'edge-*'}}", {.resource = "core-7"}));
  CHECK(holds("{resource: {prefix: edge}}", {.resource = "edge-7"}));
  CHECK_FALSE(holds("{resource: {prefix: edge}}", {.resource = "an edge"}));
  CHECK(holds("{resource: {suffix: '7'}}", {.resource = "edge-7"}));
  CHECK_FALSE(holds("{resource: {suffix: '7'}}", {.resource = "7-edge"}));
}

TEST_CASE("matches is found anywhere unless anchored") {
  CHECK(holds("{labels.x: {matches: 'uplink|wan'}}", with_label("the wan port")));
  CHECK_FALSE(holds("{labels.x: {matches: 'uplink|wan'}}", with_label("lan")));
  CHECK(holds("{labels.x: {matches: '^wan'}}", with_label("wan 1")));
  CHECK_FALSE(holds("{labels.x: {matches: '^wan'}}", with_label("the wan")));
  CHECK(holds("{labels.x: {matches: '(?i)WAN$'}}", with_label("the wan")));
}

TEST_CASE("matches looks at the first 8 KiB of a value") {
  const std::string long_text(8 * 1024, '-');
  CHECK_FALSE(holds("{labels.x: {matches: end}}", with_label(long_text + "end")));
  CHECK(holds("{labels.x: {matches: '^-+$'}}", with_label(long_text + "end")));
}

TEST_CASE("lt, le, gt and ge compare exact decimals, and are false for anything else") {
  CHECK(holds("{labels.x: {ge: 10000}}", with_label("10000")));
  CHECK(holds("{labels.x: {ge: 10000}}", with_label("10000.0")));
  CHECK_FALSE(holds("{labels.x: {gt: 10000}}", with_label("10000.000")));
  CHECK(holds("{labels.x: {gt: 9007199254740992}}", with_label("9007199254740993")));
  CHECK(holds("{labels.x: {lt: -1.5}}", with_label("-1.51")));
  CHECK(holds("{labels.x: {le: 0}}", with_label("-0.0")));
  CHECK_FALSE(holds("{labels.x: {lt: 10}}", with_label("five")));
  CHECK_FALSE(holds("{labels.x: {ge: 10}}", with_label("12%")));
  CHECK_FALSE(holds("{labels.x: {lt: 10}}", {}));
}

TEST_CASE("on severity the ladder is compared, and unknown fails") {
  CHECK(holds("{severity: {ge: major}}", {.severity = Severity::critical}));
  CHECK(holds("{severity: {ge: major}}", {.severity = Severity::major}));
  CHECK_FALSE(holds("{severity: {ge: major}}", {.severity = Severity::minor}));
  CHECK(holds("{severity: {lt: warning}}", {.severity = Severity::info}));
  for (const char* op : {"lt", "le", "gt", "ge"}) {
    CAPTURE(op);
    CHECK_FALSE(holds(std::string("{severity: {") + op + ": info}}", {}));
  }
  CHECK(holds("{severity: unknown}", {}));
}

TEST_CASE("under holds for that OID and for all below it") {
  for (const char* oid : {"1.3.6.1.4.1.9", "1.3.6.1.4.1.9.2.0", ".1.3.6.1.4.1.9.1"}) {
    CAPTURE(oid);
    CHECK(holds("{labels.x: {under: 1.3.6.1.4.1.9}}", with_label(oid)));
    CHECK(holds("{labels.x: {under: .1.3.6.1.4.1.9}}", with_label(oid)));
    CHECK(holds("{labels.x: {under: [1.2, 1.3.6.1.4.1.9]}}", with_label(oid)));
  }
  for (const char* oid : {"1.3.6.1.4.1", "1.3.6.1.4.1.99", "11.3.6.1.4.1.9", "linkDown", "."}) {
    CAPTURE(oid);
    CHECK_FALSE(holds("{labels.x: {under: 1.3.6.1.4.1.9}}", with_label(oid)));
  }
  CHECK_FALSE(holds("{labels.x: {under: 1.3.6.1.4.1.9}}", {}));
  CHECK(holds("{labels.x: {not: {under: 1.3.6}}}", {}));
}

TEST_CASE("cidr holds for addresses in the network") {
  CHECK(holds("{sender: {cidr: 10.0.0.0/8}}", {.sender = "10.1.2.3"}));
  CHECK(holds("{sender: {cidr: [192.0.2.0/24, '2001:db8::/32']}}", {.sender = "2001:db8::7"}));
  CHECK(holds("{sender: {cidr: 10.0.0.7}}", {.sender = "10.0.0.7"}));
  CHECK_FALSE(holds("{sender: {cidr: 10.0.0.0/8}}", {.sender = "11.1.2.3"}));
  CHECK_FALSE(holds("{sender: {cidr: 10.0.0.0/8}}", {.sender = "edge-7"}));
  CHECK_FALSE(holds("{sender: {cidr: 0.0.0.0/0}}", {}));
  CHECK(holds("{sender: {not: {cidr: 10.0.0.0/8}}}", {.sender = "edge-7"}));
}

TEST_CASE("exists asks whether the field is there") {
  CHECK(holds("{labels.x: {exists: true}}", with_label("v")));
  CHECK_FALSE(holds("{labels.x: {exists: true}}", {}));
  CHECK(holds("{labels.x: {exists: false}}", {}));
  CHECK_FALSE(holds("{labels.x: {exists: false}}", with_label("v")));
}

TEST_CASE("under a field not, any and all take conditions on it") {
  CHECK(holds("{labels.x: {not: a}}", with_label("b")));
  CHECK_FALSE(holds("{labels.x: {not: a}}", with_label("a")));
  CHECK_FALSE(holds("{labels.x: {not: [a, b]}}", with_label("b")));
  CHECK_FALSE(holds("{labels.x: {not: {glob: 'a*'}}}", with_label("ab")));
  CHECK(holds("{labels.x: {any: [a, {prefix: b}]}}", with_label("bc")));
  CHECK_FALSE(holds("{labels.x: {any: [a, {prefix: b}]}}", with_label("ab")));
  CHECK(holds("{labels.x: {all: [{prefix: a}, {suffix: z}, {not: abz}]}}", with_label("az")));
  CHECK_FALSE(
      holds("{labels.x: {all: [{prefix: a}, {suffix: z}, {not: abz}]}}", with_label("abz")));
}

TEST_CASE("directly under when any and all take lists of when maps, and not one map") {
  const std::string any = "{any: [{labels.x: a}, {type: t, resource: r}]}";
  CHECK(holds(any, with_label("a")));
  CHECK(holds(any, {.type = "t", .resource = "r"}));
  CHECK_FALSE(holds(any, {.type = "t"}));
  const std::string all = "{all: [{labels.x: a}, {type: t}]}";
  CHECK(holds(all, {.type = "t", .labels = {{"x", "a"}}}));
  CHECK_FALSE(holds(all, {.type = "t"}));
  const std::string negation = "{not: {labels.x: a, type: t}}";
  CHECK_FALSE(holds(negation, {.type = "t", .labels = {{"x", "a"}}}));
  CHECK(holds(negation, {.type = "t"}));
  CHECK(holds("{type: t, not: {any: [{labels.x: a}, {labels.x: b}]}}", {.type = "t"}));
}

TEST_CASE("an operator takes a value or a list, of which one must do") {
  CHECK(holds("{labels.x: {prefix: [a, b]}}", with_label("bc")));
  CHECK(holds("{labels.x: {glob: ['a*', '*c']}}", with_label("bc")));
  CHECK(holds("{labels.x: {matches: ['^a', 'c$']}}", with_label("bc")));
  CHECK(holds("{labels.x: {gt: [100, 5]}}", with_label("7")));
  CHECK_FALSE(holds("{labels.x: {suffix: [a, b]}}", with_label("bc")));
}

TEST_CASE("several operators in one map must all hold") {
  CHECK(holds("{labels.x: {ge: 5, lt: 10}}", with_label("7")));
  CHECK_FALSE(holds("{labels.x: {ge: 5, lt: 10}}", with_label("12")));
  CHECK_FALSE(holds("{labels.x: {prefix: a, not: abc}}", with_label("abc")));
}

TEST_CASE("a leaf on a missing field is false, not negates it, exists: false is true") {
  for (const char* leaf : {"v", "[v, w]", "{glob: '*'}", "{prefix: v}", "{suffix: v}",
                           "{matches: '.*'}", "{lt: 1}", "{exists: true}"}) {
    CAPTURE(leaf);
    CHECK_FALSE(holds(std::string("{labels.x: ") + leaf + "}", {}));
    CHECK(holds(std::string("{labels.x: {not: ") + leaf + "}}", {}));
  }
  CHECK(holds("{labels.x: {not: {not: {exists: false}}}}", {}));
}

TEST_CASE("a rule that a label's absence guards sees a label that was set away") {
  Judge judge(R"(
rules:
  - {name: away, then: {set: {labels.x: ""}}}
  - {name: gone, when: {labels.x: {exists: false}}, then: {class: gone}}
)");
  const Verdict verdict = judge(with_label("v"));
  CHECK(verdict.klass == "gone");
  CHECK(verdict.alert.labels.empty());
}

TEST_CASE("matching is linear in a hostile text") {
  const std::string text(64 * 1024, 'a');
  const auto start = std::chrono::steady_clock::now();
  CHECK_FALSE(holds("{labels.x: {matches: '(a*)*b'}}", with_label(text)));
  CHECK_FALSE(holds("{labels.x: {glob: '*a*a*a*a*b'}}", with_label(text)));
  // A matcher that tracks back would need more steps than there are atoms.
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
}
