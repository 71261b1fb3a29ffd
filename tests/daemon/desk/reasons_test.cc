// The rules as people wrote them, judged for real: timelines say which rule, in which file and
// line.

#include "daemon/desk/reasons.h"

#include <doctest/doctest.h>

#include <memory>
#include <memory_resource>

#include "config/yaml.h"
#include "rules/rule_reader.h"
#include "tests/daemon/desk/scene.h"

namespace deskd::desk::test {
namespace {

constexpr auto written = R"(rules:
  - name: links
    when: {type: linkDown}
    then: {impact: high, urgency: medium, class: network.link}
  - name: uplink-down
    when: {type: linkDown, resource: edge-7}
    then: {queue: network}
  - name: fires
    when: {severity: critical}
    then: {priority: P1}
)";

struct Judge {
  Judge() {
    config::Problems problems;
    const auto file = std::make_shared<const config::SourceFile>(
        config::SourceFile{"rules.d/50-network.yaml", written});
    const auto document = config::parse_yaml(file, problems);
    REQUIRE(document);
    rules = rules::RuleSet::compile(rules::read_rules(*document, problems).rules,
                                    usual_plan().words(), problems);
    REQUIRE(rules != nullptr);
  }

  Verdict judge(std::string_view resource, Severity severity) {
    rules::Alert alert;
    alert.type = "linkDown";
    alert.resource = resource;
    alert.severity = severity;
    return rules->judge(alert, arena);
  }

  std::shared_ptr<const rules::RuleSet> rules;
  std::pmr::monotonic_buffer_resource arena;
};

TEST_CASE("the timeline says which rule, in which file and line, chose the queue") {
  Judge judge;
  Scene scene;
  scene.setup.rules = judge.rules.get();
  scene.fire(1, Severity::major, judge.judge("edge-7", Severity::major));
  CHECK(scene.last_entry(1).actor == "rule:uplink-down");
  CHECK(scene.last_entry(1).text ==
        "alarm 0-1 fires, severity major, priority P2; queue network by rule uplink-down "
        "(rules.d/50-network.yaml:5)");
  CHECK(scene.incident(1).title == "linkDown on edge-7");

  SUBCASE("and which one raised the priority") {
    scene.fire(1, Severity::critical, judge.judge("edge-7", Severity::critical));
    const auto raised = scene.desk.timeline(1)[1];
    CHECK(raised.actor == "rule:fires");
    CHECK(raised.text == "from P2 to P1 by rule fires (rules.d/50-network.yaml:8), for alarm 0-1");
  }
}

TEST_CASE("where no rule chose a queue, the first rule that spoke stands as the actor") {
  Judge judge;
  Scene scene;
  scene.setup.rules = judge.rules.get();
  scene.fire(1, Severity::major, judge.judge("core-1", Severity::major));
  CHECK(scene.incident(1).queue == "triage");
  CHECK(scene.last_entry(1).actor == "rule:links");
  CHECK(scene.last_entry(1).text.ends_with("no rule chose a queue: catch-all triage"));
}

TEST_CASE("the kept authors find their rules again") {
  Judge judge;
  Scene scene;
  scene.fire(1, Severity::major, judge.judge("edge-7", Severity::major));
  std::map<Decision, std::string> authors;
  for (const auto& author : scene.incident(1).verdict)
    if (author.rule != rules::no_rule)
      authors[author.decision] = judge.rules->names().at(author.rule).name + "=" + author.value;
  CHECK(authors == std::map<Decision, std::string>{{Decision::klass, "links=network.link"},
                                                   {Decision::impact, "links=high"},
                                                   {Decision::urgency, "links=medium"},
                                                   {Decision::queue, "uplink-down=network"}});
}

}  // namespace
}  // namespace deskd::desk::test
