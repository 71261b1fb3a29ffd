#include "rules/rule_test.h"

#include <doctest/doctest.h>

#include "rules/rule_test/json_text.h"
#include "rules_from_text.h"

using namespace deskd;
using namespace deskd::rules;
using namespace deskd::rules::testing;

namespace {

struct Ran {
  TestReport report;
  std::string problems;
};

/// Decodes "TYPE TYPE …" into one alert for each word, and refuses anything with a `!`.
std::expected<std::vector<Alert>, Undecoded> decode_words(const Given& given) {
  std::string_view body = given.body->text;
  if (body.find('!') != std::string_view::npos) return std::unexpected(Undecoded{"a '!'", {}});
  std::vector<Alert> alerts;
  while (!body.empty()) {
    const auto end = std::min(body.find(' '), body.size());
    alerts.push_back(
        {.source = given.source, .type = body.substr(0, end), .received_at = given.at});
    body.remove_prefix(std::min(end + 1, body.size()));
  }
  return alerts;
}

Ran run(const std::string& text, const DecodeGiven& decode = decode_words) {
  Loaded loaded = load(text);
  CAPTURE(loaded.problems.text());
  REQUIRE(loaded.set);
  REQUIRE_FALSE(loaded.problems.has_errors());
  Ran ran;
  ran.report = run_tests(*loaded.set, loaded.rules, decode, loaded.problems);
  ran.problems = loaded.problems.text();
  return ran;
}

std::string json_of(const std::string& yaml) {
  config::Problems problems;
  const auto file = std::make_shared<const config::SourceFile>(config::SourceFile{"t.yaml", yaml});
  const auto node = config::parse_yaml(file, problems);
  REQUIRE(node);
  return json_text(*node);
}

}  // namespace

TEST_CASE("a test runs against the whole rule set, and every key of expect is held against it") {
  const Ran ran = run(R"(
rules:
  - name: specific
    when: {type: linkDown, labels.site: {exists: true}}
    then:
      set: {severity: major, labels.region: eu}
      class: network.link
      queue: noc-network
      priority: P2
      runbook: wiki
      identity: [labels.site, labels.none]
    tests:
      - given: {type: linkDown, resource: edge-7, labels: {site: fra}}
        expect:
          queue: noc-network
          class: network.link
          priority: P2
          severity: major
          status: firing
          type: linkDown
          resource: edge-7
          identity: [fra, null]
          drop: false
          labels: {region: eu, site: fra, none: null}
          title: linkDown on edge-7
          runbook: wiki
          rules: [specific, general]
      - given: {type: other, status: resolved, severity: info, summary: S, key: k, sender: s,
                source: hooks, qualifier: q, annotations: {n: a}, at: 2026-11-22T08:00:00Z}
        expect: {status: resolved, severity: info, title: S, class: null, runbook: null,
                 queue: triage, rules: [general], resource: null}
  - {name: general, then: {queue: triage}}
)");
  CHECK(ran.problems == "");
  CHECK(ran.report.run == 2);
  CHECK(ran.report.failed == 0);
}

TEST_CASE("a failing expectation stands at its own place, with the rule that decided") {
  const Ran ran = run(R"(rules:
  - name: links
    when: {type: linkDown}
    then: {queue: noc-network}
    tests:
      - given: {type: linkDown}
        expect: {queue: noc-servers}
)");
  CHECK(ran.report.run == 1);
  CHECK(ran.report.failed == 1);
  CHECK(ran.problems.starts_with(
      "test.yaml:7:25: error: test of rule 'links': queue: expected 'noc-servers', got "
      "'noc-network' (decided by rule 'links', test.yaml:2)\n"));
}

TEST_CASE("an alert without a queue is in the catch-all, which null names too") {
  const Ran ran = run(R"(
rules:
  - name: r
    when: {type: never}
    then: {queue: noc-network}
    tests:
      - {given: {type: t}, expect: {queue: triage}}
      - {given: {type: t}, expect: {queue: null}}
      - {given: {type: t}, expect: {queue: noc-network}}
)");
  CHECK(ran.report.failed == 1);
}

TEST_CASE("drop is expected by its reason, by true, or by false") {
  const Ran ran = run(R"(
rules:
  - name: r
    when: {labels.env: lab}
    then: {drop: only a lab}
    tests:
      - {given: {labels: {env: lab}}, expect: {drop: only a lab}}
      - {given: {labels: {env: lab}}, expect: {drop: true}}
      - {given: {labels: {env: prod}}, expect: {drop: false}}
)");
  CHECK(ran.problems == "");
}

TEST_CASE("a body goes through the decoder of its source") {
  const Ran ran = run(R"(
rules:
  - name: r
    when: {source: hooks, type: one}
    then: {class: c}
    tests:
      - {given: {source: hooks, body: one}, expect: {class: c}}
      - {given: {source: hooks, body: one two}, expect: {class: c}}
      - {given: {source: hooks, body: one two}, expect: [{class: c}, {class: null, type: two}]}
)");
  CHECK(ran.problems == "");
  CHECK(ran.report.run == 3);
}

TEST_CASE("a body that does not decode, or to another number of alerts, fails its test") {
  const Ran ran = run(R"(
rules:
  - name: r
    then: {class: c}
    tests:
      - {given: {source: hooks, body: "one!"}, expect: {class: c}}
      - {given: {source: hooks, body: one two}, expect: [{class: c}]}
      - {given: {source: hooks, body: ""}, expect: {class: c}}
)");
  CHECK(ran.report.failed == 3);
  CHECK(ran.problems.find("could not be decoded: a '!'") != std::string::npos);
  CHECK(ran.problems.find("expected 1 alerts, the body holds 2") != std::string::npos);
  CHECK(ran.problems.find("the body holds no alert") != std::string::npos);
}

TEST_CASE("a trap is handed on as it is written, and its mistakes stand at their places") {
  GivenTrap seen;
  const Ran ran = run(R"(rules:
  - name: r
    then: {class: c}
    tests:
      - given:
          trap:
            oid: linkDown
            from: 10.0.0.7
            varbinds: {ifIndex.3: 3, ifAlias.3: "3", 1.3.6.1.4.1.99999.1: {hex: 0a0b}}
        expect: {class: c}
      - {given: {trap: {oid: linkUp}}, expect: {class: c}}
)",
                      [&](const Given& given) -> std::expected<std::vector<Alert>, Undecoded> {
                        if (given.trap->oid.text == "linkUp") {
                          return std::unexpected(Undecoded{"not up", given.trap->oid.place});
                        }
                        seen = *given.trap;
                        return std::vector<Alert>{Alert{}};
                      });
  CHECK(seen.oid.text == "linkDown");
  CHECK(seen.from.text == "10.0.0.7");
  REQUIRE(seen.varbinds.size() == 3);
  CHECK(seen.varbinds[0].object.text == "ifIndex.3");
  CHECK(seen.varbinds[0].value.text == "3");
  CHECK_FALSE(seen.varbinds[0].quoted);
  CHECK(seen.varbinds[1].quoted);
  CHECK(seen.varbinds[2].type == "hex");
  CHECK(seen.varbinds[2].value.text == "0a0b");
  CHECK(ran.report.failed == 1);
  CHECK(ran.problems.starts_with(
      "test.yaml:11:30: error: test of rule 'r': the trap could not be decoded: not up\n"));
}

TEST_CASE("at is the moment of receipt") {
  Time seen;
  const Ran ran = run(R"(
rules:
  - name: r
    then: {class: c}
    tests:
      - {given: {source: s, body: b, at: 2026-11-22T08:00:00Z}, expect: {class: c}}
)",
                      [&](const Given& given) -> std::expected<std::vector<Alert>, Undecoded> {
                        seen = given.at;
                        return std::vector<Alert>{Alert{}};
                      });
  CHECK(ran.problems == "");
  CHECK(rfc3339(seen) == "2026-11-22T08:00:00.000Z");
}

TEST_CASE("a body written as YAML becomes the JSON that a sender would send") {
  CHECK(json_of("{a: 1, b: [x, null, true, 1.50, -0.1e+9], c: {}}") ==
        R"({"a":1,"b":["x",null,true,1.50,-0.1e+9],"c":{}})");
  CHECK(
      json_of("{a: 007, b: '1', c: 'true', d: 1., e: .5, f: +1, g: 123456789012345678901234}") ==
      R"({"a":"007","b":"1","c":"true","d":"1.","e":".5","f":"+1","g":123456789012345678901234})");
  CHECK(json_of(R"({a: "quote\" back\\ tab\t"})") == R"({"a":"quote\" back\\ tab\u0009"})");
}

TEST_CASE("lint warns of rules without why or owner") {
  Loaded loaded = load(R"(
rules:
  - {name: silent, then: {class: a}}
  - {name: good, why: Because., owner: noc, then: {class: b}}
)");
  lint(loaded.rules, loaded.problems);
  CHECK_FALSE(loaded.problems.has_errors());
  REQUIRE(loaded.problems.all().size() == 2);
  for (const config::Problem& problem : loaded.problems.all()) {
    CHECK(problem.level == config::Level::warning);
    CHECK(problem.message.find("silent") != std::string::npos);
  }
}
