#include <doctest/doctest.h>

#include "tests/daemon/desk/scene.h"

namespace deskd::desk::test {
namespace {

using Actions = std::vector<std::string>;

TEST_CASE("a repeat opens nothing and changes nothing") {
  Scene scene;
  scene.fire(1);
  scene.desk.take_changes();
  const auto version = scene.incident(1).version;
  for (int repeat = 0; repeat < 3; ++repeat) {
    scene.now += 1s;
    scene.fire(1);
  }
  CHECK(scene.desk.last_incident() == 1);
  CHECK(scene.incident(1).version == version);
  CHECK(scene.desk.take_changes().empty());
  CHECK(scene.alerts_counted(1) == 4);
}

TEST_CASE("a repeat that is judged more urgent raises the priority, with its impact and urgency") {
  const Stated stated[]{{Decision::impact, 3, "", "high"}};
  Scene scene;
  scene.fire(1, Severity::major, verdict_of(2));
  auto urgent = verdict_of(0);
  urgent.impact = Level::low;
  urgent.urgency = Level::high;
  urgent.stated = stated;
  scene.now += 1s;
  scene.fire(1, Severity::major, urgent);
  CHECK(scene.incident(1).priority == "P1");
  CHECK(scene.incident(1).impact == Level::low);
  CHECK(scene.incident(1).urgency == Level::high);
  CHECK(scene.incident(1).version == 2);
  CHECK(scene.incident(1).updated_at == scene.now);
  CHECK(scene.last_entry(1).action == "priority");
  CHECK(scene.last_entry(1).actor == "rule:#4");
  CHECK(scene.last_entry(1).text == "from P3 to P1 by rule #4, for alarm 0-1");

  SUBCASE("it never falls by itself") {
    scene.fire(1, Severity::major, verdict_of(4));
    CHECK(scene.incident(1).priority == "P1");
    CHECK(scene.incident(1).version == 2);
  }
}

TEST_CASE("a priority that rises voids an ack") {
  Scene scene;
  scene.fire(1, Severity::major, verdict_of(2));
  REQUIRE(scene.act(1, ActionKind::ack));
  scene.fire(1, Severity::major, verdict_of(2));
  CHECK(is_known(scene.incident(1).acknowledged_at));
  scene.fire(1, Severity::major, verdict_of(1));
  CHECK_FALSE(is_known(scene.incident(1).acknowledged_at));
  CHECK(scene.incident(1).acknowledged_by.empty());
  CHECK(scene.last_entry(1).text == "from P3 to P2, for alarm 0-1; the ack of anna is void");
}

TEST_CASE("a priority is compared by name when another setup judged") {
  Scene scene;
  const auto old = scene.setup;
  scene.fire(1, Severity::major, verdict_of(1));
  auto plan = usual_plan();
  plan.priorities.levels = {"P0", "P1", "P2", "P3", "P4"};
  scene.adopt(plan);
  CHECK(scene.incident(1).priority == "P2");
  scene.fire(1, Severity::major, verdict_of(1), old);
  CHECK(scene.incident(1).priority == "P2");
  scene.fire(1, Severity::major, verdict_of(0), old);
  CHECK(scene.incident(1).priority == "P1");
}

TEST_CASE("the severity of an incident is the worst of its active alarms; its worst is kept") {
  Scene scene;
  scene.fire(1, Severity::minor);
  scene.move(1, 2, Severity::minor, verdict_of(2));
  scene.fire(1, Severity::minor);
  REQUIRE(scene.alarms_of(1) == std::vector<AlarmId>{1, 2});
  CHECK(scene.incident(1).severity == Severity::minor);
  scene.fire(2, Severity::critical);
  CHECK(scene.incident(1).severity == Severity::critical);
  scene.fire(1, Severity::major);
  CHECK(scene.incident(1).severity == Severity::critical);
  scene.clear(2);
  CHECK(scene.incident(1).severity == Severity::major);
  scene.fire(1, Severity::info);
  CHECK(scene.incident(1).severity == Severity::info);
  CHECK(scene.incident(1).severity_worst == Severity::critical);
  scene.clear(1);
  CHECK(scene.incident(1).severity == Severity::info);  // none active: the last
  CHECK(scene.desk.firing(1) == 0);
}

TEST_CASE("the timeline has an entry for each alarm raised, worsened or cleared") {
  Scene scene;
  scene.fire(1, Severity::minor);
  scene.fire(1, Severity::major);
  CHECK(scene.last_entry(1).text == "alarm 0-1 went from minor to major");
  scene.fire(1, Severity::info);
  scene.clear(1);
  CHECK(scene.actions(1) == Actions{"opened", "worsened", "cleared", "resolved"});
  REQUIRE(scene.act(1, ActionKind::reopen));
  scene.fire(1, Severity::info);
  CHECK(scene.actions(1) ==
        Actions{"opened", "worsened", "cleared", "resolved", "reopen", "raised"});
}

TEST_CASE("a better severity changes the version only when the incident's own changes") {
  Scene scene;
  scene.fire(1, Severity::major);
  scene.move(1, 2, Severity::major, verdict_of(2));
  scene.fire(1, Severity::minor);
  scene.desk.take_changes();
  const auto version = scene.incident(1).version;
  scene.fire(1, Severity::info);
  CHECK(scene.incident(1).version == version);
  const auto changes = scene.desk.take_changes();
  CHECK(changes.incidents.empty());
  CHECK(changes.memberships == std::vector<AlarmId>{1});
  scene.fire(2, Severity::minor);
  CHECK(scene.incident(1).version == version + 1);
}

TEST_CASE("when all alarms are clear, new and assigned incidents resolve by themselves") {
  for (const auto state : {State::fresh, State::assigned}) {
    CAPTURE(name(state));
    Scene before;
    before.fire(1);
    auto head = before.incident(1);
    head.state = state;
    head.timeline_count = 0;
    Scene scene;
    scene.fire(1);
    Desk desk;
    desk.restore(head);
    desk.restore(*scene.desk.membership(1));
    REQUIRE_FALSE(desk.restored());
    scene.desk = std::move(desk);
    scene.desk.adopt(scene.setup, scene.now);
    scene.now += 1min;
    scene.clear(1, ClearCause::silence);
    CHECK(scene.state(1) == State::resolved);
    CHECK_FALSE(scene.incident(1).resolved_by_hand);
    CHECK(scene.incident(1).resolved_at == scene.now);
    CHECK(scene.incident(1).quiet_since == scene.now);
    CHECK(scene.last_entry(1).text == "no alarm fires any more (alarm 0-1: silence)");
    CHECK(scene.last_entry(1).actor == "deskd");
    const auto events = scene.desk.take_events();
    REQUIRE(events.size() == 1);
    CHECK(events[0].kind == DeskEvent::Kind::resolved);
    CHECK(events[0].cause == "alarms");
  }
}

/// An incident in `state` with one active alarm, in `queue`.
void restore_in(Scene& scene, State state, std::string queue) {
  scene.fire(1);
  auto head = scene.incident(1);
  const auto membership = *scene.desk.membership(1);
  head.state = state;
  head.queue = std::move(queue);
  head.person = "anna";
  head.timeline_count = 0;
  scene.desk = Desk{};
  scene.desk.restore(head);
  scene.desk.restore(membership);
  REQUIRE_FALSE(scene.desk.restored());
  scene.desk.adopt(scene.setup, scene.now);
}

TEST_CASE(
    "in_progress and pending are told, and resolve only if the queue says auto_resolve: all") {
  for (const auto state : {State::in_progress, State::pending}) {
    CAPTURE(name(state));
    Scene scene;
    restore_in(scene, state, "network");
    scene.clear(1);
    CHECK(scene.state(1) == state);
    CHECK(scene.actions(1) == Actions{"cleared", "quiet"});
    CHECK(scene.incident(1).quiet_since == scene.now);

    Scene eager;
    restore_in(eager, state, "servers");
    eager.clear(1);
    CHECK(eager.state(1) == State::resolved);
    CHECK(eager.actions(1) == Actions{"cleared", "resolved"});
  }
}

TEST_CASE("an incident resolves only when the last of its alarms is clear") {
  Scene scene;
  scene.fire(1);
  scene.move(1, 2, Severity::major, verdict_of(2));
  scene.fire(1);
  scene.clear(2);
  CHECK(scene.state(1) == State::fresh);
  CHECK_FALSE(is_known(scene.incident(1).quiet_since));
  scene.clear(1);
  CHECK(scene.state(1) == State::resolved);
}

TEST_CASE("resolved by itself: a new raise opens a new incident, and takes its alarm along") {
  Scene scene;
  scene.fire(1);
  scene.fire(1);
  scene.clear(1);
  scene.now += 1min;
  scene.fire(1);
  CHECK(scene.state(1) == State::resolved);
  CHECK(scene.state(2) == State::fresh);
  CHECK(scene.desk.alarms_of(1).empty());
  CHECK(scene.alarms_of(2) == std::vector<AlarmId>{1});
  CHECK(scene.incident(1).alarm_count == 1);  // all it ever held
  CHECK(scene.alerts_counted(1) == 2);
  CHECK(scene.alerts_counted(2) == 1);
  CHECK(scene.last_entry(1).text == "alarm 0-1 opens incident 0-2");
  CHECK(scene.last_entry(2).text.ends_with("; before, it belonged to incident 0-1"));
  scene.fire(1);
  CHECK(scene.alerts_counted(1) == 2);
  CHECK(scene.alerts_counted(2) == 2);
}

TEST_CASE("resolved by hand and still resolved: an alarm that raises anew reopens it") {
  Scene scene;
  scene.fire(1);
  REQUIRE(scene.act(1, ActionKind::resolve));
  scene.clear(1);
  CHECK(scene.state(1) == State::resolved);
  scene.now += 1min;
  scene.fire(1);
  CHECK(scene.desk.last_incident() == 1);
  CHECK(scene.state(1) == State::fresh);
  CHECK_FALSE(is_known(scene.incident(1).resolved_at));
  CHECK_FALSE(is_known(scene.incident(1).quiet_since));
  CHECK_FALSE(scene.incident(1).resolved_by_hand);
  CHECK(scene.actions(1) == Actions{"opened", "resolve", "cleared", "raised", "reopened"});
  scene.clear(1);
  CHECK(scene.state(1) == State::resolved);
  CHECK_FALSE(scene.incident(1).resolved_by_hand);
}

TEST_CASE("resolved by hand: with a person it reopens as assigned") {
  Scene scene;
  restore_in(scene, State::in_progress, "network");
  REQUIRE(scene.act(1, ActionKind::resolve));
  scene.clear(1);
  scene.fire(1);
  CHECK(scene.state(1) == State::assigned);
}

TEST_CASE("resolved by hand: repeats don't reopen it, nor does a severity that it had before") {
  Scene scene;
  scene.fire(1, Severity::critical);
  scene.fire(1, Severity::minor);
  REQUIRE(scene.act(1, ActionKind::resolve));
  scene.fire(1, Severity::minor);
  scene.fire(1, Severity::critical);
  CHECK(scene.state(1) == State::resolved);
  CHECK(scene.last_entry(1).action == "worsened");
}

TEST_CASE("resolved by hand: worse than the incident ever was reopens it") {
  Scene scene;
  scene.fire(1, Severity::minor);
  REQUIRE(scene.act(1, ActionKind::resolve));
  scene.fire(1, Severity::major);
  CHECK(scene.desk.last_incident() == 1);
  CHECK(scene.state(1) == State::fresh);
  CHECK(scene.actions(1) == Actions{"opened", "resolve", "worsened", "reopened"});
}

TEST_CASE("closed while an alarm fires: repeats open nothing") {
  Scene scene;
  scene.fire(1, Severity::major, verdict_of(2));
  REQUIRE(scene.act(1, ActionKind::resolve));
  REQUIRE(scene.act(1, ActionKind::close));
  const auto version = scene.incident(1).version;
  scene.fire(1, Severity::major, verdict_of(0));
  CHECK(scene.desk.last_incident() == 1);
  CHECK(scene.state(1) == State::closed);
  CHECK(scene.incident(1).priority == "P3");
  CHECK(scene.incident(1).version == version);

  SUBCASE("a clear and raise opens a new one") {
    scene.clear(1);
    CHECK(scene.state(1) == State::closed);
    scene.fire(1);
    CHECK(scene.state(1) == State::closed);
    CHECK(scene.state(2) == State::fresh);
    CHECK(scene.desk.membership(1)->incident == 2);
  }
  SUBCASE("a severity worse than the incident ever had opens a new one") {
    scene.fire(1, Severity::critical, verdict_of(1));
    CHECK(scene.state(1) == State::closed);
    CHECK(scene.state(2) == State::fresh);
    CHECK(scene.incident(2).severity == Severity::critical);
    CHECK(scene.incident(2).priority == "P2");
    CHECK(scene.desk.firing(1) == 0);
    CHECK(scene.incident(1).quiet_since == scene.now);
    CHECK(scene.incident(1).severity_worst == Severity::major);
    CHECK(scene.desk.firing(2) == 1);
    CHECK(scene.alerts_counted(1) == 2);
    CHECK(scene.alerts_counted(2) == 1);
  }
  SUBCASE("a severity that it had before opens nothing") {
    scene.fire(1, Severity::minor);
    scene.fire(1, Severity::major);
    CHECK(scene.desk.last_incident() == 1);
  }
}

TEST_CASE("a cancelled incident is left as a closed one is") {
  Scene scene;
  restore_in(scene, State::cancelled, "network");
  scene.fire(1, Severity::major, verdict_of(0));
  CHECK(scene.desk.last_incident() == 1);
  scene.clear(1);
  CHECK(scene.state(1) == State::cancelled);
  scene.fire(1);
  CHECK(scene.state(2) == State::fresh);
  CHECK(scene.desk.take_changes().claimed == std::vector<AlarmId>{1});
}

TEST_CASE("the timeline names the person who ended an alarm by hand, and why") {
  Scene scene;
  scene.fire(1);
  const ByHand by_hand{{Actor::Kind::person, "anna"}, "replaced the optics"};
  scene.clear(1, ClearCause::by_hand, 0, &by_hand);
  const auto entry = scene.desk.timeline(1)[1];
  CHECK(entry.actor == "anna");
  CHECK(entry.action == "cleared");
  CHECK(entry.text == "alarm 0-1: by hand, replaced the optics");
}

TEST_CASE("a clear names the rule behind it") {
  const Stated stated[]{{Decision::clears, 1, "", "upsOnBattery"}, {Decision::drop, 2, "", "lab"}};
  Verdict verdict = verdict_of(2);
  verdict.stated = stated;
  for (const auto& [cause, actor] :
       {std::pair{ClearCause::named, "rule:#2"}, std::pair{ClearCause::dropped, "rule:#3"},
        std::pair{ClearCause::resolved, "deskd"}}) {
    CAPTURE(actor);
    Scene scene;
    scene.fire(1);
    scene.desk.apply({.kind = Signal::Kind::cleared,
                      .alarm = 1,
                      .severity = Severity::major,
                      .cause = cause,
                      .count = 1,
                      .setup = 1,
                      .verdict = &verdict},
                     scene.setup, scene.now);
    CHECK(scene.desk.timeline(1)[1].actor == actor);
  }
}

}  // namespace
}  // namespace deskd::desk::test
