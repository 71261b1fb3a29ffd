#include <doctest/doctest.h>

#include "config/limits.h"
#include "daemon/desk/reasons.h"
#include "tests/daemon/desk/scene.h"

namespace deskd::desk::test {
namespace {

TEST_CASE("queue, class and priority are decided in the call that opens the incident") {
  Scene scene;
  scene.fire(9, Severity::major, verdict_of(1));
  const auto& incident = scene.incident(1);
  CHECK(incident.id == 1);
  CHECK(incident.version == 1);
  CHECK(incident.state == State::fresh);
  CHECK(incident.queue == "network");
  CHECK(incident.klass == "network.link");
  CHECK(incident.priority == "P2");
  CHECK(incident.impact == Level::high);
  CHECK(incident.urgency == Level::medium);
  CHECK(incident.severity == Severity::major);
  CHECK(incident.title == "Link down on edge-7");
  CHECK(incident.runbook == "https://wiki.example/uplink");
  CHECK(incident.opened_at == scene.now);
  CHECK(incident.updated_at == scene.now);
  CHECK_FALSE(is_known(incident.quiet_since));
  CHECK(incident.alarm_count == 1);
  CHECK(scene.alarms_of(1) == std::vector<AlarmId>{9});
  CHECK(scene.desk.firing(1) == 1);
  CHECK(scene.desk.last_incident() == 1);
  CHECK(scene.actions(1) == std::vector<std::string>{"opened"});
  const auto events = scene.desk.take_events();
  REQUIRE(events.size() == 2);
  CHECK(events[0].kind == DeskEvent::Kind::opened);
  CHECK(events[1].kind == DeskEvent::Kind::allocated);
  CHECK(scene.desk.take_events().empty());
}

TEST_CASE("an alert that no rule gives a queue lands in the catch-all, and the timeline says so") {
  Scene scene;
  scene.fire(1, Severity::minor, verdict_of(3, rules::no_queue));
  CHECK(scene.incident(1).queue == "triage");
  REQUIRE(scene.incident(1).verdict.size() == 1);
  CHECK(scene.incident(1).verdict[0].decision == Decision::queue);
  CHECK(scene.incident(1).verdict[0].rule == rules::no_rule);
  CHECK(scene.incident(1).verdict[0].value == "triage");
  const auto& opened = scene.last_entry(1);
  CHECK(opened.actor == "deskd");
  CHECK(opened.text ==
        "alarm 0-1 fires, severity minor, priority P4; no rule chose a queue: catch-all triage");
}

TEST_CASE(
    "the opened entry is the queue's rule's, else that of the first rule that stated anything") {
  const Stated by_queue[]{{Decision::klass, 4, "", "network.link"},
                          {Decision::queue, 6, "", "network"}};
  const Stated by_first[]{{Decision::title, rules::no_rule, "", "x"},
                          {Decision::runbook, 2, "", "https://wiki.example"}};
  Scene scene;
  auto verdict = verdict_of(1);
  verdict.stated = by_queue;
  scene.fire(1, Severity::major, verdict);
  CHECK(scene.last_entry(1).actor == "rule:#7");
  CHECK(scene.last_entry(1).text ==
        "alarm 0-1 fires, severity major, priority P2; queue network by rule #7");
  verdict = verdict_of(1, rules::no_queue);
  verdict.stated = by_first;
  scene.fire(2, Severity::major, verdict);
  CHECK(scene.last_entry(2).actor == "rule:#3");
}

TEST_CASE("the verdict's authors are kept on the incident, each with the setup that judged") {
  const Stated stated[]{
      {Decision::severity, 0, "", "major"},           {Decision::label, 0, "region", "eu"},
      {Decision::annotation, 1, "url", "http"},       {Decision::drop, 1, "", "false"},
      {Decision::priority, rules::no_rule, "", "P2"}, {Decision::queue, 6, "", "network"}};
  Scene scene;
  scene.adopt(usual_plan());
  auto verdict = verdict_of(1);
  verdict.stated = stated;
  scene.fire(1, Severity::major, verdict);
  const auto& authors = scene.incident(1).verdict;
  REQUIRE(authors.size() == 3);
  CHECK(authors[0].decision == Decision::severity);
  CHECK(authors[1].decision == Decision::priority);
  CHECK(authors[1].rule == rules::no_rule);
  CHECK(authors[2].decision == Decision::queue);
  CHECK(authors[2].rule == 6);
  CHECK(authors[2].setup == 2);
  CHECK(authors[2].value == "network");
}

TEST_CASE("a verdict of another setup finds its queue and priority by name") {
  Scene scene;
  const auto old = scene.setup;
  DeskPlan plan;
  plan.queues = {{.name = "triage", .catch_all = true}, {.name = "servers"}, {.name = "network"}};
  plan.priorities.levels = {"P0", "P1", "P2", "P3"};
  plan.priorities.otherwise = 3;
  scene.adopt(plan);
  scene.fire(1, Severity::major, verdict_of(0, network), old);
  CHECK(scene.incident(1).queue == "network");
  CHECK(scene.incident(1).priority == "P1");
  CHECK(scene.actions(1) == std::vector<std::string>{"opened"});

  SUBCASE("a level that vanished is the default") {
    scene.fire(2, Severity::major, verdict_of(4, network), old);
    CHECK(scene.incident(2).priority == "P3");
  }
}

TEST_CASE("a verdict's queue that has vanished becomes the catch-all, with a timeline entry") {
  Scene scene;
  const auto old = scene.setup;
  DeskPlan plan;
  plan.queues = {{.name = "servers"}, {.name = "inbox", .catch_all = true}};
  plan.catch_all = 1;
  scene.adopt(plan);
  scene.fire(1, Severity::major, verdict_of(0, network), old);
  CHECK(scene.incident(1).queue == "inbox");
  CHECK(scene.actions(1) == std::vector<std::string>{"opened", "queue"});
  CHECK(scene.last_entry(1).text == "queue network is gone: moved to the catch-all inbox");
}

TEST_CASE("titles are bounded, and cut between characters") {
  Scene scene;
  std::string title(limits::title_bytes_max - 1, 'a');
  title += "\u00e9 and more";
  auto verdict = verdict_of(1);
  verdict.title = title;
  scene.fire(1, Severity::major, verdict);
  CHECK(scene.incident(1).title == std::string(limits::title_bytes_max - 1, 'a'));
}

TEST_CASE("each alarm opens an incident of its own") {
  Scene scene;
  scene.fire(1);
  scene.fire(2);
  CHECK(scene.desk.membership(1)->incident == 1);
  CHECK(scene.desk.membership(2)->incident == 2);
  CHECK_FALSE(scene.desk.membership(3).has_value());
  CHECK_FALSE(scene.desk.find(0).has_value());
  CHECK_FALSE(scene.desk.find(3).has_value());
  CHECK(scene.desk.timeline(3).empty());
}

}  // namespace
}  // namespace deskd::desk::test
