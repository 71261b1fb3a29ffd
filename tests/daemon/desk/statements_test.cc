// What people state about incidents: set, and raised by hand.

#include <doctest/doctest.h>

#include "config/limits.h"
#include "tests/daemon/desk/scene.h"

namespace deskd::desk::test {
namespace {

Action set(Statement statement, std::string reason = {}) {
  return {.kind = ActionKind::set,
          .actor = person("anna"),
          .text = std::move(reason),
          .statement = std::move(statement)};
}

Verdict verdict_with(std::uint8_t priority, Level impact, Level urgency) {
  auto verdict = verdict_of(priority);
  verdict.impact = impact;
  verdict.urgency = urgency;
  return verdict;
}

}  // namespace

TEST_CASE("set changes what it names, pins it, and tells all of it in one entry") {
  Scene scene;
  scene.fire(1);
  REQUIRE(scene.act(1, set({.priority = "P4",
                            .klass = "network.uplink",
                            .title = "Uplink of fra is down",
                            .runbook = "",
                            .impact = Level::low},
                           "customer is informed")));
  const auto& incident = scene.incident(1);
  CHECK(incident.priority == "P4");
  CHECK(incident.klass == "network.uplink");
  CHECK(incident.title == "Uplink of fra is down");
  CHECK(incident.runbook.empty());
  CHECK(incident.impact == Level::low);
  CHECK(incident.urgency == Level::medium);
  CHECK(incident.version == 2);
  CHECK(incident.pinned == Pins{.priority = true,
                                .klass = true,
                                .title = true,
                                .impact = true,
                                .urgency = false,
                                .runbook = true});
  CHECK(scene.actions(1) == std::vector<std::string>{"opened", "set"});
  CHECK(scene.last_entry(1).text ==
        "priority from P3 to P4, impact from high to low, class from network.link to "
        "network.uplink, title from Link down on edge-7 to Uplink of fra is down, runbook from "
        "https://wiki.example/uplink to none: customer is informed");
  CHECK(scene.desk.backlog()[network].open.at("P4")[0] == 1);
}

TEST_CASE("what is stated again is pinned too") {
  Scene scene;
  scene.fire(1);
  REQUIRE(scene.act(1, set({.priority = "P3"})));
  CHECK(scene.incident(1).pinned.priority);
  CHECK(scene.last_entry(1).text == "priority stays P3");
  scene.fire(1, Severity::major, verdict_of(0));
  CHECK(scene.incident(1).priority == "P3");
}

TEST_CASE("rules never change what a person pinned, nor void the ack") {
  Scene scene;
  scene.fire(1);
  REQUIRE(scene.act(1, set({.priority = "P5"})));
  REQUIRE(scene.act(1, ActionKind::ack));
  const auto version = scene.incident(1).version;
  scene.fire(1, Severity::major, verdict_with(0, Level::low, Level::low));
  const auto& incident = scene.incident(1);
  CHECK(incident.priority == "P5");
  CHECK(incident.impact == Level::high);
  CHECK(incident.urgency == Level::medium);
  CHECK(incident.acknowledged_by == "anna");
  CHECK(incident.version == version);
  scene.clear(1);
  REQUIRE(scene.act(1, ActionKind::reopen));
  scene.fire(1, Severity::critical, verdict_of(0));  // raised anew
  CHECK(scene.incident(1).priority == "P5");
}

TEST_CASE("a pinned impact stays when a rule raises the priority") {
  Scene scene;
  scene.fire(1, Severity::major, verdict_with(3, Level::low, Level::none));
  REQUIRE(scene.act(1, set({.impact = Level::medium})));
  CHECK(scene.incident(1).priority == "P4");  // the urgency is not known
  CHECK_FALSE(scene.incident(1).pinned.priority);
  scene.fire(1, Severity::major, verdict_with(1, Level::high, Level::high));
  CHECK(scene.incident(1).priority == "P2");
  CHECK(scene.incident(1).impact == Level::medium);
  CHECK(scene.incident(1).urgency == Level::high);
}

TEST_CASE("impact and urgency without a priority give one by the matrix, and pin it") {
  Scene scene;
  scene.fire(1, Severity::major, verdict_with(2, Level::high, Level::medium));
  REQUIRE(scene.act(1, set({.impact = Level::low})));
  CHECK(scene.incident(1).priority == "P4");
  CHECK(scene.incident(1).pinned.priority);
  CHECK(scene.last_entry(1).text == "priority from P3 to P4, impact from high to low");
  scene.fire(1, Severity::major, verdict_of(0));
  CHECK(scene.incident(1).priority == "P4");

  SUBCASE("a pinned priority changes only when it is named") {
    REQUIRE(scene.act(1, set({.urgency = Level::high})));
    CHECK(scene.incident(1).priority == "P4");
    CHECK(scene.incident(1).urgency == Level::high);
    REQUIRE(scene.act(1, set({.priority = "P1", .urgency = Level::low})));
    CHECK(scene.incident(1).priority == "P1");
  }
}

TEST_CASE("a priority that rises by set voids an ack, one that falls does not") {
  Scene scene;
  scene.fire(1);
  REQUIRE(scene.act(1, ActionKind::ack));
  REQUIRE(scene.act(1, set({.priority = "P4"})));
  CHECK(scene.incident(1).acknowledged_by == "anna");
  REQUIRE(scene.act(1, set({.priority = "P2"}, "it spreads")));
  CHECK(scene.incident(1).acknowledged_by.empty());
  CHECK_FALSE(is_known(scene.incident(1).acknowledged_at));
  CHECK(scene.last_entry(1).text == "priority from P4 to P2; the ack of anna is void: it spreads");
}

TEST_CASE("a statement that the plan or the words don't know is refused, and nothing changes") {
  Scene scene;
  scene.fire(1);
  struct Row {
    Statement statement;
    std::string_view told;
  };
  const std::string class_told =
      "a class is lower-case letters, digits, _ and -, in parts between dots, like network.link, "
      "and has at most 512 bytes";
  const std::vector<Row> rows{
      {{}, "set needs at least one of: priority, class, title, impact, urgency, runbook"},
      {{.priority = "p1"},
       "there is no priority 'p1' (nearest: 'P1'); it is one of: P1, P2, P3, P4, P5"},
      {{.priority = ""}, "there is no priority ''; it is one of: P1, P2, P3, P4, P5"},
      {{.priority = "P1", .klass = "Network Link"}, class_told},
      {{.klass = ""}, class_told},
      {{.klass = std::string(limits::title_bytes_max + 1, 'a')}, class_told},
      {{.priority = "P1", .title = ""}, "a title must not be empty"},
      {{.impact = Level::none}, "impact and urgency are one of: high, medium, low"},
      {{.urgency = static_cast<Level>(9)}, "impact and urgency are one of: high, medium, low"}};
  for (const auto& row : rows) {
    const auto refused = scene.act(1, set(row.statement));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == Refusal::Kind::bad_request);
    CHECK(refused.error().detail == row.told);
  }
  CHECK(scene.incident(1).version == 1);
  CHECK(scene.incident(1).pinned == Pins{});
}

TEST_CASE("texts that are set are bounded, and cut between characters") {
  Scene scene;
  scene.fire(1);
  const std::string title = std::string(limits::title_bytes_max - 1, 't') + "\u20ac";
  REQUIRE(scene.act(1, set({.title = title, .runbook = std::string(100'000, 'r')}, "why")));
  CHECK(scene.incident(1).title == std::string(limits::title_bytes_max - 1, 't'));
  CHECK(scene.incident(1).runbook.size() == limits::note_bytes_max);
  CHECK(scene.last_entry(1).text.ends_with("r: why"));
}

TEST_CASE("a pin outlives a reload that takes its level away") {
  Scene scene;
  scene.fire(1);
  REQUIRE(scene.act(1, set({.priority = "P2"})));
  auto plan = usual_plan();
  plan.priorities.levels = {"P1", "P9", "P3", "P4", "P5"};
  scene.adopt(plan);
  CHECK(scene.incident(1).priority == "P4");
  CHECK(scene.incident(1).pinned.priority);
  scene.fire(1, Severity::major, verdict_of(0));
  CHECK(scene.incident(1).priority == "P4");
}

TEST_CASE("a person raises an incident with a title alone") {
  Scene scene;
  REQUIRE(scene.desk.raise({.actor = person("anna"), .title = "No coffee"}, scene.now) == 1);
  const auto& incident = scene.incident(1);
  CHECK(incident.title == "No coffee");
  CHECK(incident.queue == "triage");
  CHECK(incident.priority == "P4");
  CHECK(incident.klass.empty());
  CHECK(incident.state == State::fresh);
  CHECK(incident.severity == Severity::unknown);
  CHECK(incident.opened_at == scene.now);
  CHECK(incident.version == 1);
  CHECK(incident.pinned == Pins{.title = true});
  CHECK(scene.desk.alarms_of(1).empty());
  REQUIRE(scene.desk.timeline(1).size() == 1);
  CHECK(scene.last_entry(1).action == "opened");
  CHECK(scene.last_entry(1).actor == "anna");
  const auto events = scene.desk.take_events();
  REQUIRE(events.size() == 2);
  CHECK(events[0].kind == DeskEvent::Kind::opened);
  CHECK(events[1].kind == DeskEvent::Kind::allocated);
  CHECK(scene.desk.take_changes().incidents == std::vector<IncidentId>{1});
  CHECK(scene.desk.claim_next("triage", person("ben"), scene.now).value() == 1);
}

TEST_CASE("what is stated about a raised incident counts and is pinned") {
  Scene scene;
  REQUIRE(scene.desk.raise({.actor = {Actor::Kind::claimed_person, "anna"},
                            .title = "Printer on fire",
                            .queue = "servers",
                            .resource = "printer-3",
                            .text = "smells bad",
                            .statement = {.klass = "office.printer",
                                          .title = "not read",
                                          .runbook = "call 112",
                                          .impact = Level::high,
                                          .urgency = Level::high}},
                           scene.now));
  const auto& incident = scene.incident(1);
  CHECK(incident.title == "Printer on fire");
  CHECK(incident.queue == "servers");
  CHECK(incident.resource == "printer-3");
  CHECK(incident.priority == "P1");
  CHECK(incident.klass == "office.printer");
  CHECK(incident.runbook == "call 112");
  CHECK(incident.pinned == Pins{true, true, true, true, true, true});
  CHECK(scene.last_entry(1).actor == "anna (claimed)");
  CHECK(scene.last_entry(1).text == "smells bad");
  REQUIRE(scene.desk.raise({.actor = person("anna"),
                            .title = "Door ajar",
                            .statement = {.priority = "P5", .impact = Level::high}},
                           scene.now));
  CHECK(scene.incident(2).priority == "P5");
}

TEST_CASE("an incident that can't be raised leaves nothing behind") {
  Scene scene;
  const auto refused = [&](NewIncident wanted) {
    const auto answer = scene.desk.raise(wanted, scene.now);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == Refusal::Kind::bad_request);
    return answer.error().detail;
  };
  CHECK(refused({.title = ""}) == "an incident needs a title");
  CHECK(refused({.title = "x", .queue = "triagge"}) ==
        "there is no queue 'triagge' (nearest: 'triage')");
  CHECK(refused({.title = "x", .statement = {.priority = "P7"}})
            .starts_with("there is no priority 'P7'"));
  CHECK(refused({.title = "x", .statement = {.klass = "A"}}).starts_with("a class is"));
  CHECK(scene.desk.last_incident() == 0);
  CHECK(scene.desk.take_changes().empty());
}

TEST_CASE("an incident without alarms closes close_after its resolution") {
  Scene scene;
  REQUIRE(scene.desk.raise({.actor = person("anna"), .title = "No coffee"}, scene.now));
  scene.now += 1h;
  REQUIRE(scene.act(1, ActionKind::resolve));
  CHECK(scene.desk.next_deadline() == scene.now + scene.setup.close_after);
  scene.now += scene.setup.close_after;
  CHECK_FALSE(scene.desk.expire(scene.now, 10));
  CHECK(scene.state(1) == State::closed);
}

TEST_CASE("a cancelled incident lets go of its alarms, and can be reopened") {
  Scene scene;
  const auto id = scene.incident_in(State::assigned);
  scene.desk.take_changes();
  scene.desk.take_events();
  REQUIRE(scene.act(id, ActionKind::cancel, "a test"));
  CHECK(scene.state(id) == State::cancelled);
  CHECK_FALSE(is_known(scene.incident(id).closed_at));
  CHECK(scene.last_entry(id).text == "a test");
  CHECK(scene.desk.take_changes().released == std::vector<AlarmId>{1'001});
  const auto events = scene.desk.take_events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == DeskEvent::Kind::cancelled);

  SUBCASE("repeats open nothing") {
    scene.fire(1'001);
    CHECK(scene.desk.last_incident() == id);
  }
  SUBCASE("reopened, the alarm is its again") {
    REQUIRE(scene.act(id, ActionKind::reopen));
    CHECK(scene.state(id) == State::assigned);
    CHECK(scene.desk.take_changes().claimed == std::vector<AlarmId>{1'001});
  }
}

}  // namespace deskd::desk::test
