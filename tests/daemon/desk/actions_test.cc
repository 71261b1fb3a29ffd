#include <doctest/doctest.h>

#include "config/limits.h"
#include "tests/daemon/desk/scene.h"

namespace deskd::desk::test {
namespace {

using Actions = std::vector<std::string>;

TEST_CASE("an ack stamps who and when; again it changes nothing and succeeds") {
  Scene scene;
  scene.fire(1);
  scene.desk.take_events();
  scene.now += 1min;
  REQUIRE(scene.act(1, ActionKind::ack, "looking at it") == 1);
  CHECK(scene.incident(1).acknowledged_by == "anna");
  CHECK(scene.incident(1).acknowledged_at == scene.now);
  CHECK(scene.incident(1).state == State::fresh);
  CHECK(scene.incident(1).version == 2);
  CHECK(scene.last_entry(1).actor == "anna");
  CHECK(scene.last_entry(1).text == "looking at it");
  REQUIRE(scene.desk.take_events().size() == 1);
  scene.desk.take_changes();

  scene.now += 1min;
  const Action again{ActionKind::ack, {Actor::Kind::person, "ben"}, "me too", {}};
  CHECK(scene.desk.act(1, again, scene.now) == 1);
  CHECK(scene.incident(1).acknowledged_by == "anna");
  CHECK(scene.incident(1).version == 2);
  CHECK(scene.actions(1) == Actions{"opened", "ack"});
  CHECK(scene.desk.take_events().empty());
  CHECK(scene.desk.take_changes().empty());
}

TEST_CASE("a claimed name stays marked as claimed in the timeline; an incident keeps the name") {
  Scene scene;
  scene.fire(1);
  const Action ack{ActionKind::ack, {Actor::Kind::claimed_person, "anna"}, "", {}};
  REQUIRE(scene.desk.act(1, ack, scene.now));
  CHECK(scene.incident(1).acknowledged_by == "anna");
  CHECK(scene.last_entry(1).actor == "anna (claimed)");
}

TEST_CASE("resolve, close and reopen stamp and clear their times") {
  Scene scene;
  scene.fire(1);
  scene.desk.take_events();
  scene.now += 1min;
  REQUIRE(scene.act(1, ActionKind::resolve, "replaced the optics"));
  const auto resolved_at = scene.now;
  CHECK(scene.state(1) == State::resolved);
  CHECK(scene.incident(1).resolved_by_hand);
  CHECK(scene.incident(1).resolved_at == resolved_at);
  CHECK(scene.last_entry(1).text == "replaced the optics");
  scene.now += 1min;
  REQUIRE(scene.act(1, ActionKind::close));
  CHECK(scene.state(1) == State::closed);
  CHECK(scene.incident(1).closed_at == scene.now);
  CHECK(scene.incident(1).resolved_at == resolved_at);
  scene.now += 1min;
  REQUIRE(scene.act(1, ActionKind::reopen));
  CHECK(scene.state(1) == State::fresh);
  CHECK_FALSE(is_known(scene.incident(1).closed_at));
  CHECK_FALSE(is_known(scene.incident(1).resolved_at));
  CHECK_FALSE(scene.incident(1).resolved_by_hand);
  CHECK(scene.actions(1) == Actions{"opened", "resolve", "close", "reopen"});
  CHECK(scene.incident(1).version == 4);
  const auto events = scene.desk.take_events();
  REQUIRE(events.size() == 2);
  CHECK(events[0].kind == DeskEvent::Kind::resolved);
  CHECK(events[0].cause == "hand");
  CHECK(events[1].kind == DeskEvent::Kind::closed);
}

TEST_CASE("a refused action changes nothing, and says which state is in the way") {
  Scene scene;
  scene.fire(1);
  REQUIRE(scene.act(1, ActionKind::resolve));
  scene.desk.take_changes();
  const auto refused = scene.act(1, ActionKind::ack);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == Refusal::Kind::wrong_state);
  CHECK(refused.error().detail ==
        "incident 0-1 is resolved; ack needs it to be one of: new, assigned, in_progress, pending");
  CHECK(scene.desk.take_changes().empty());
}

TEST_CASE("what does not exist or lacks a text is refused") {
  Scene scene;
  scene.fire(1);
  const auto missing = scene.act(7, ActionKind::ack);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().kind == Refusal::Kind::not_found);
  CHECK(missing.error().detail == "incident 0-7 does not exist");
  CHECK(scene.act(0, ActionKind::ack).error().kind == Refusal::Kind::not_found);
  CHECK(scene.act(~0ULL, ActionKind::ack).error().kind == Refusal::Kind::not_found);
  CHECK(scene.act(1, ActionKind::note).error().kind == Refusal::Kind::bad_request);
  CHECK(scene.incident(1).version == 1);
}

TEST_CASE("If-Match with another version is refused, with the current one it is taken") {
  Scene scene;
  scene.fire(1);
  Action note{ActionKind::note, {Actor::Kind::person, "anna"}, "hm", 7};
  const auto refused = scene.desk.act(1, note, scene.now);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == Refusal::Kind::wrong_version);
  CHECK(refused.error().detail.starts_with("incident 0-1 is at version 1, not 7; last: opened by"));
  note.if_version = 1;
  CHECK(scene.desk.act(1, note, scene.now));
  CHECK_FALSE(scene.desk.act(1, note, scene.now));
  CHECK(scene.incident(1).version == 2);
}

TEST_CASE("a note changes no state, in any state") {
  Scene scene;
  scene.fire(1);
  for (const auto kind : {ActionKind::ack, ActionKind::resolve, ActionKind::close}) {
    REQUIRE(scene.act(1, kind));
    const auto state = scene.state(1);
    REQUIRE(scene.act(1, ActionKind::note, "called the provider"));
    CHECK(scene.state(1) == state);
    CHECK(scene.last_entry(1).action == "note");
    CHECK(scene.last_entry(1).text == "called the provider");
  }
}

TEST_CASE("what people write is bounded, and cut between characters") {
  Scene scene;
  scene.fire(1);
  std::string text(limits::note_bytes_max - 2, 'a');
  text += "\u20ac and more";
  const std::string name(100'000, 'n');
  REQUIRE(scene.desk.act(1, {ActionKind::ack, {Actor::Kind::person, name}, text, {}}, scene.now));
  CHECK(scene.last_entry(1).text == std::string(limits::note_bytes_max - 2, 'a'));
  CHECK(scene.last_entry(1).actor.size() == limits::title_bytes_max);
  CHECK(scene.incident(1).acknowledged_by.size() == limits::title_bytes_max);
}

TEST_CASE("closing releases the alarms, and a reopen by hand claims those that are still there") {
  Scene scene;
  scene.fire(1);
  scene.move(1, 2, Severity::major, verdict_of(2));
  REQUIRE(scene.act(1, ActionKind::resolve));
  scene.desk.take_changes();
  REQUIRE(scene.act(1, ActionKind::close));
  CHECK(scene.desk.take_changes().released == std::vector<AlarmId>{1, 2});

  SUBCASE("all of them") {
    REQUIRE(scene.act(1, ActionKind::reopen));
    CHECK(scene.desk.take_changes().claimed == std::vector<AlarmId>{1, 2});
  }
  SUBCASE("a reopen by hand brings none back that opened another incident") {
    scene.fire(1);  // raised anew: opens 0-2
    CHECK(scene.desk.take_changes().claimed == std::vector<AlarmId>{1});
    REQUIRE(scene.act(1, ActionKind::reopen));
    CHECK(scene.desk.take_changes().claimed == std::vector<AlarmId>{2});
    CHECK(scene.alarms_of(1) == std::vector<AlarmId>{2});
    CHECK(scene.desk.membership(1)->incident == 2);
    CHECK(scene.incident(1).alarm_count == 2);
  }
  SUBCASE("closed and reopened in one turn: the last word counts") {
    REQUIRE(scene.act(1, ActionKind::reopen));
    REQUIRE(scene.act(1, ActionKind::resolve));
    REQUIRE(scene.act(1, ActionKind::close));
    const auto changes = scene.desk.take_changes();
    CHECK(changes.released == std::vector<AlarmId>{1, 2});
    CHECK(changes.claimed.empty());
    CHECK(changes.incidents == std::vector<IncidentId>{1});
  }
}

TEST_CASE("the resolve of an incident without a firing alarm keeps it reopenable by a raise") {
  Scene scene;
  scene.fire(1);
  scene.clear(1);
  REQUIRE(scene.act(1, ActionKind::reopen));
  REQUIRE(scene.act(1, ActionKind::resolve));
  scene.fire(1);
  CHECK(scene.desk.last_incident() == 1);
  CHECK(scene.state(1) == State::fresh);
}

}  // namespace
}  // namespace deskd::desk::test
