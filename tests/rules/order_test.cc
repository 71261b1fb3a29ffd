// What RULES says about the order in which rules are read, one case per promise.

#include <doctest/doctest.h>

#include "rules_from_text.h"

using namespace deskd::rules;
using namespace deskd::rules::testing;

TEST_CASE("every decision is taken by the first matching rule that states it") {
  Judge judge(R"(
rules:
  - {name: other, when: {type: other}, then: {queue: triage}}
  - {name: specific, when: {type: linkDown}, then: {queue: noc-network}}
  - {name: general, then: {queue: noc-servers, class: general}}
)");
  const Verdict verdict = judge({.type = "linkDown"});
  CHECK(judge.queue(verdict) == "noc-network");
  CHECK(judge.author(verdict, Decision::queue) == "specific");
  CHECK(verdict.klass == "general");
  CHECK(judge.author(verdict, Decision::klass) == "general");
  CHECK(judge.names(verdict.matched) == Names{"specific", "general"});
}

TEST_CASE("profiles are read first, whatever their place among the files") {
  Judge judge({{"10.yaml", "rules: [{name: own, when: {type: known}, then: {queue: triage}}]"},
               {"20.yaml", "profile: true\nrules: [{name: meaning, then: {set: {type: known}}}]"}});
  const Verdict verdict = judge({.type = "raw"});
  CHECK(judge.queue(verdict) == "triage");
  CHECK(judge.names(verdict.matched) == Names{"meaning", "own"});
  CHECK(judge.set().names()[0].name == "meaning");
}

TEST_CASE("what a profile stated yields to what the second layer states") {
  Judge judge({{"p.yaml", R"(
profile: true
rules:
  - name: meaning
    then: {set: {severity: minor, labels.team: vendor}, class: vendor.thing, queue: noc-servers,
           identity: [labels.team], priority: P5}
)"},
               {"o.yaml", R"(
rules:
  - name: ours
    then: {set: {severity: major, labels.team: net}, class: ours.thing, queue: noc-network,
           identity: [type], priority: P1}
)"}});
  const Verdict verdict = judge({.type = "t"});
  CHECK(verdict.alert.severity == Severity::major);
  CHECK(find_label(verdict.alert.labels, "team") == "net");
  CHECK(verdict.klass == "ours.thing");
  CHECK(judge.queue(verdict) == "noc-network");
  CHECK(judge.priority(verdict) == "P1");
  REQUIRE(verdict.identity.size() == 1);
  CHECK(verdict.identity[0] == IdentityPart{"type", "t"});
  for (const Decision decision : {Decision::severity, Decision::klass, Decision::queue,
                                  Decision::identity, Decision::priority}) {
    CHECK(judge.author(verdict, decision) == "ours");
  }
}

TEST_CASE("a decision that the second layer leaves alone stays with the profile") {
  Judge judge({{"p.yaml", "profile: true\nrules: [{name: p, then: {class: a.b, runbook: wiki}}]"},
               {"o.yaml", "rules: [{name: o, then: {class: c.d}}]"}});
  const Verdict verdict = judge({});
  CHECK(verdict.klass == "c.d");
  CHECK(verdict.runbook == "wiki");
  CHECK(judge.author(verdict, Decision::runbook) == "p");
}

TEST_CASE("a default of the second layer overrules a profile, and exists: false spares it") {
  const RuleText profile{"p.yaml", "profile: true\nrules: [{name: p, then: {class: known}}]"};
  Judge overrules({profile, {"o.yaml", "rules: [{name: o, then: {class: default}}]"}});
  CHECK(overrules({}).klass == "default");
  Judge spares(
      {profile,
       {"o.yaml", "rules: [{name: o, when: {class: {exists: false}}, then: {class: default}}]"}});
  CHECK(spares({}).klass == "known");
}

TEST_CASE("stop ends the reading of its layer, and of no other") {
  Judge judge({{"p.yaml", R"(
profile: true
rules:
  - {name: p1, then: {stop: true, set: {labels.a: "1"}}}
  - {name: p2, then: {set: {labels.b: "1"}}}
)"},
               {"o.yaml", R"(
rules:
  - {name: o1, then: {class: first}}
  - {name: o2, when: {labels.stop: "yes"}, then: {stop: true}}
  - {name: o3, then: {queue: triage}}
)"}});
  CHECK(judge.names(judge({}).matched) == Names{"p1", "o1", "o3"});
  const Verdict stopped = judge({.labels = {{"stop", "yes"}}});
  CHECK(judge.names(stopped.matched) == Names{"p1", "o1", "o2"});
  CHECK(stopped.queue == no_queue);
  CHECK(judge.author(stopped, Decision::stop) == "o2");
}

TEST_CASE("drop ends the reading of the second layer") {
  Judge judge(R"(
rules:
  - {name: d, then: {drop: lab, class: noise}}
  - {name: after, then: {queue: triage}}
)");
  const Verdict verdict = judge({});
  CHECK(verdict.dropped);
  CHECK(verdict.drop_reason == "lab");
  CHECK(verdict.klass == "noise");
  CHECK(judge.names(verdict.matched) == Names{"d"});
  CHECK(judge.author(verdict, Decision::drop) == "d");
}

TEST_CASE("drop in a profile does not end its layer") {
  Judge judge({{"p.yaml", R"(
profile: true
rules:
  - {name: p1, then: {drop: chatter}}
  - {name: p2, then: {set: {labels.b: "1"}}}
)"},
               {"o.yaml", "rules: [{name: o, then: {queue: triage}}]"}});
  const Verdict verdict = judge({});
  CHECK(verdict.dropped);
  CHECK(judge.names(verdict.matched) == Names{"p1", "p2", "o"});
}

TEST_CASE("drop: false stated above protects") {
  Judge judge(R"(
rules:
  - {name: keep, when: {type: vital}, then: {drop: false}}
  - {name: d, then: {drop: lab}}
  - {name: after, then: {queue: triage}}
)");
  const Verdict kept = judge({.type = "vital"});
  CHECK_FALSE(kept.dropped);
  CHECK(kept.drop_reason.empty());
  CHECK(judge.queue(kept) == "triage");
  CHECK(judge.author(kept, Decision::drop) == "keep");
  CHECK(judge({.type = "other"}).dropped);
}

TEST_CASE("drop: false in the second layer overrules a profile's drop") {
  Judge judge({{"p.yaml", "profile: true\nrules: [{name: p, then: {drop: chatter}}]"},
               {"o.yaml", "rules: [{name: o, when: {type: vital}, then: {drop: false}}]"}});
  CHECK_FALSE(judge({.type = "vital"}).dropped);
  CHECK(judge({.type = "other"}).dropped);
}

TEST_CASE("drop: false in a profile protects from its own layer only") {
  Judge judge({{"p.yaml", R"(
profile: true
rules: [{name: p1, then: {drop: false}}, {name: p2, then: {drop: chatter}}]
)"},
               {"o.yaml", "rules: [{name: o, when: {type: t}, then: {drop: ours}}]"}});
  CHECK_FALSE(judge({}).dropped);
  CHECK(judge({.type = "t"}).drop_reason == "ours");
}

TEST_CASE("stop: false stated above takes the decision, so that a later stop does not") {
  Judge judge(R"(
rules:
  - {name: go-on, then: {stop: false}}
  - {name: halt, then: {stop: true}}
  - {name: last, then: {class: reached}}
)");
  CHECK(judge({}).klass == "reached");
}

TEST_CASE("each field of set is a decision of its own") {
  Judge judge(R"(
rules:
  - {name: one, then: {set: {severity: major, labels.a: x}}}
  - {name: two, then: {set: {severity: info, labels.a: y, labels.b: z, qualifier: q}}}
)");
  const Verdict verdict = judge({});
  CHECK(verdict.alert.severity == Severity::major);
  CHECK(find_label(verdict.alert.labels, "a") == "x");
  CHECK(find_label(verdict.alert.labels, "b") == "z");
  CHECK(verdict.alert.qualifier == "q");
  CHECK(judge.author(verdict, Decision::label, "a") == "one");
  CHECK(judge.author(verdict, Decision::label, "b") == "two");
}

TEST_CASE("rules below see what was set at once") {
  Judge judge(R"(
rules:
  - {name: sees-old, when: {type: new}, then: {class: wrong}}
  - {name: sets, then: {set: {type: new, labels.site: fra}}}
  - {name: sees-new, when: {type: new, labels.site: fra}, then: {class: right}}
)");
  CHECK(judge({.type = "old"}).klass == "right");
}

TEST_CASE("in the second layer rules below see its own value, not the profile's") {
  Judge judge(
      {{"p.yaml", "profile: true\nrules: [{name: p, then: {set: {type: a}}}]"}, {"o.yaml", R"(
rules:
  - {name: o1, when: {type: a}, then: {set: {type: b}}}
  - {name: o2, when: {type: b}, then: {class: right}}
)"}});
  const Verdict verdict = judge({});
  CHECK(verdict.klass == "right");
  CHECK(verdict.alert.type == "b");
}

TEST_CASE("rules may test class, queue, impact and urgency as decided so far") {
  Judge judge(R"(
rules:
  - {name: early, when: {class: {exists: true}}, then: {title: too early}}
  - {name: decides, then: {class: network.link, queue: noc-network, impact: high, urgency: low}}
  - {name: tests, when: {class: {prefix: network.}, queue: noc-network, impact: high, urgency: low},
     then: {title: seen}}
)");
  CHECK(judge({}).title == "seen");
}

TEST_CASE("templates of one rule see the alert as it was before that rule") {
  Judge judge(R"(
rules:
  - name: swap
    then:
      set: {type: "{{ resource }}", resource: "{{ type }}", labels.was: "{{ type }}"}
      title: "{{ type }} of {{ resource }}"
)");
  const Verdict verdict = judge({.type = "t", .resource = "r"});
  CHECK(verdict.alert.type == "r");
  CHECK(verdict.alert.resource == "t");
  CHECK(find_label(verdict.alert.labels, "was") == "t");
  CHECK(verdict.title == "t of r");
}

TEST_CASE("identity and clears.by are read after the last rule") {
  Judge judge(R"(
rules:
  - {name: i, then: {identity: [labels.site], clears: {type: linkDown, by: [labels.site]}}}
  - {name: s, then: {set: {labels.site: late, status: resolved}}}
)");
  const Verdict verdict = judge({.labels = {{"site", "early"}}});
  CHECK(verdict.identity[0] == IdentityPart{"labels.site", "late"});
  REQUIRE(verdict.clears);
  CHECK(verdict.clears->by[0] == IdentityPart{"labels.site", "late"});
}

TEST_CASE("a template with a missing part is not stated, and the next rule may take it") {
  Judge judge(R"(
rules:
  - {name: by-label, then: {queue: "{{ labels.queue }}", runbook: "wiki/{{ labels.page }}"}}
  - {name: fallback, then: {queue: triage, runbook: wiki}}
)");
  const Verdict missing = judge({});
  CHECK(judge.queue(missing) == "triage");
  CHECK(missing.runbook == "wiki");
  CHECK(judge.names(missing.unstated) == Names{"by-label", "by-label"});
  const Verdict there = judge({.labels = {{"queue", "noc-network"}, {"page", "7"}}});
  CHECK(judge.queue(there) == "noc-network");
  CHECK(there.runbook == "wiki/7");
  CHECK(there.unstated.empty());
}

TEST_CASE("a map without the value and without else is not stated") {
  Judge judge(R"(
rules:
  - name: map
    then: {set: {severity: {from: labels.level, map: {1: critical, 2: major}}}}
  - name: map-else
    when: {labels.level: {exists: true}}
    then: {set: {severity: {from: labels.level, map: {3: minor}, else: info}}}
)");
  CHECK(judge({.labels = {{"level", "1"}}}).alert.severity == Severity::critical);
  CHECK(judge({.labels = {{"level", "3"}}}).alert.severity == Severity::minor);
  const Verdict other = judge({.labels = {{"level", "9"}}});
  CHECK(other.alert.severity == Severity::info);
  CHECK(judge.names(other.unstated) == Names{"map"});
  const Verdict none = judge({.severity = Severity::warning});
  CHECK(none.alert.severity == Severity::warning);
  CHECK(judge.names(none.unstated) == Names{"map"});
}

TEST_CASE("a templated queue, class or severity that does not exist is not stated") {
  Judge judge(R"(
rules:
  - name: bold
    then:
      set: {severity: "{{ labels.x }}", status: "{{ labels.x }}", event_at: "{{ labels.x }}"}
      queue: "{{ labels.x }}"
      class: "{{ labels.x }}"
      impact: "{{ labels.x }}"
      urgency: "{{ labels.x }}"
      priority: "{{ labels.x }}"
)");
  const Verdict verdict = judge({.labels = {{"x", "No such thing"}}});
  CHECK(verdict.alert.severity == Severity::unknown);
  CHECK(verdict.alert.status == Status::firing);
  CHECK(verdict.alert.event_at == verdict.alert.received_at);
  CHECK(verdict.queue == no_queue);
  CHECK(verdict.klass.empty());
  CHECK(verdict.impact == Level::none);
  CHECK(verdict.unstated.size() == 8);
  for (const Stated& stated : verdict.stated) CHECK(stated.rule == no_rule);
}

TEST_CASE("a decision that is taken already is not counted as unstated") {
  Judge judge(R"(
rules:
  - {name: first, then: {queue: triage}}
  - {name: second, then: {queue: "{{ labels.none }}"}}
)");
  CHECK(judge({}).unstated.empty());
}

TEST_CASE("the file's when holds for every rule of the file and for no other") {
  Judge judge({{"a.yaml", R"(
when: {labels.env: {not: test}}
rules:
  - {name: a1, then: {class: a}}
  - {name: a2, when: {type: t}, then: {queue: triage}}
)"},
               {"b.yaml", "rules: [{name: b1, then: {runbook: b}}]"}});
  CHECK(judge.names(judge({.type = "t"}).matched) == Names{"a1", "a2", "b1"});
  CHECK(judge.names(judge({.type = "t", .labels = {{"env", "test"}}}).matched) == Names{"b1"});
}

TEST_CASE("every field of a verdict names exactly one rule, in order of decision and name") {
  Judge judge(R"(
rules:
  - {name: a, then: {set: {labels.z: "1", labels.b: "2", type: t}, queue: triage}}
  - {name: b, then: {set: {labels.b: "3", labels.a: "4"}, class: c}}
)");
  const Verdict verdict = judge({.summary = "s"});
  std::vector<std::string> shown;
  for (const Stated& stated : verdict.stated) {
    shown.push_back(std::string(name(stated.decision)) + "/" + std::string(stated.name) + "=" +
                    std::string(stated.value));
  }
  CHECK(shown == Names{"type/=t", "labels/a=4", "labels/b=2", "labels/z=1", "class/=c",
                       "priority/=P4", "queue/=triage", "title/=s"});
}
