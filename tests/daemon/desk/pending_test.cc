#include <doctest/doctest.h>

#include "config/limits.h"
#include "tests/daemon/desk/scene.h"

namespace deskd::desk::test {
namespace {

constexpr auto one = std::chrono::nanoseconds{1};

Action pend_until(Time until) {
  return {.kind = ActionKind::pend,
          .actor = person("anna"),
          .text = "waits for the provider",
          .until = until};
}

}  // namespace

TEST_CASE("what is pending wakes at its time, never a nanosecond earlier") {
  Scene scene;
  const auto id = scene.incident_in(State::in_progress);
  const Time until = scene.now + 90min + one;
  REQUIRE(scene.act(id, pend_until(until)));
  CHECK(scene.incident(id).pending_until == until);
  CHECK(scene.last_entry(id).text == "until 2026-11-22T01:30:00.000Z: waits for the provider");
  CHECK(scene.desk.next_deadline() == until);
  scene.desk.take_changes();

  scene.now = until - one;
  CHECK_FALSE(scene.desk.expire(scene.now, 100));
  CHECK(scene.desk.take_changes().empty());
  scene.now = until;
  CHECK_FALSE(scene.desk.expire(scene.now, 100));
  CHECK(scene.state(id) == State::in_progress);
  CHECK(scene.incident(id).person == "anna");
  CHECK_FALSE(is_known(scene.incident(id).pending_until));
  CHECK(scene.last_entry(id).actor == "deskd");
  CHECK(scene.last_entry(id).action == "woken");
  CHECK(scene.last_entry(id).at == until);
  CHECK_FALSE(is_known(scene.desk.next_deadline()));
}

TEST_CASE("it wakes after a restart as it would have without") {
  Scene scene;
  const auto id = scene.incident_in(State::assigned);
  const Time until = scene.now + 1h;
  REQUIRE(scene.act(id, pend_until(until)));
  Desk desk;
  desk.restore(scene.incident(id));
  desk.restore(*scene.desk.membership(1'001));
  for (std::uint64_t index = 0; index < scene.desk.timeline(id).size(); ++index)
    desk.restore({id, index}, scene.desk.timeline(id)[index]);
  REQUIRE_FALSE(desk.restored());
  desk.adopt(scene.setup, scene.now);
  CHECK(desk.next_deadline() == until);
  CHECK_FALSE(desk.expire(until - one, 100));
  CHECK(desk.find(id)->state == State::pending);
  CHECK_FALSE(desk.expire(until + 1h, 100));
  CHECK(desk.find(id)->state == State::in_progress);
}

TEST_CASE("whatever ends the waiting also stops the clock") {
  const std::vector<Action> ways{
      {.kind = ActionKind::start, .actor = person("anna")},
      {.kind = ActionKind::take, .actor = person("ben"), .force = true},
      {.kind = ActionKind::assign, .actor = person("anna"), .person = "ben"},
      {.kind = ActionKind::assign, .actor = person("anna"), .queue = "servers"},
      {.kind = ActionKind::release, .actor = person("anna")},
      {.kind = ActionKind::resolve, .actor = person("anna")},
      {.kind = ActionKind::cancel, .actor = person("anna")}};
  for (const auto& way : ways) {
    Scene scene;
    CAPTURE(name(way.kind));
    const auto id = scene.incident_in(State::pending);
    REQUIRE(scene.act(id, way));
    CHECK_FALSE(is_known(scene.incident(id).pending_until));
    CHECK_FALSE(is_known(scene.desk.next_deadline()));
    const auto state = scene.state(id);
    CHECK_FALSE(scene.desk.expire(scene.now + 2h, 100));
    CHECK(scene.state(id) == state);
  }
}

TEST_CASE("alarms that clear leave what is pending alone, unless its queue resolves all") {
  Scene scene;
  const auto id = scene.incident_in(State::pending);
  const Time until = scene.incident(id).pending_until;
  scene.clear(1'001);
  CHECK(scene.state(id) == State::pending);
  CHECK(scene.desk.next_deadline() == until);

  scene.fire(1, Severity::major, verdict_of(2, servers));
  const auto other = scene.desk.last_incident();
  REQUIRE(scene.act(other, ActionKind::take));
  REQUIRE(scene.act(other, pend_until(scene.now + 1min)));
  scene.clear(1);
  CHECK(scene.state(other) == State::resolved);
  CHECK_FALSE(is_known(scene.incident(other).pending_until));
  CHECK(scene.desk.next_deadline() == until);
}

TEST_CASE("until is needed, lies ahead, and not too far") {
  Scene scene;
  const auto id = scene.incident_in(State::assigned);
  struct Row {
    const char* name;
    Time until;
    std::string_view told;
  };
  for (const auto& row :
       {Row{"none", {}, "pend needs until: when work goes on by itself"},
        Row{"now", scene.now, "until must be in the future; it is 2026-11-22T00:00:00.000Z now"},
        Row{"past", scene.now - 1s,
            "until must be in the future; it is 2026-11-22T00:00:00.000Z "
            "now"},
        Row{"far", scene.now + limits::pending_max + one, "until may be 366 days ahead at most"}}) {
    CAPTURE(row.name);
    const auto refused = scene.act(id, pend_until(row.until));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == Refusal::Kind::bad_request);
    CHECK(refused.error().detail == row.told);
  }
  CHECK(scene.act(id, pend_until(scene.now + limits::pending_max)));
}

TEST_CASE("waking and closing come in the order of their times, at most so many in one call") {
  Scene scene;
  scene.setup.close_after = 1h;
  scene.desk.adopt(scene.setup, scene.now);
  const auto start = scene.now;
  std::vector<IncidentId> waiting;
  for (const auto after : {30min, 90min}) {
    waiting.push_back(scene.incident_in(State::assigned));
    REQUIRE(scene.act(waiting.back(), pend_until(start + after)));
  }
  scene.fire(1);
  const auto closing = scene.desk.last_incident();
  scene.clear(1);
  CHECK(scene.desk.next_deadline() == start + 30min);
  scene.now = start + 2h;
  CHECK(scene.desk.expire(scene.now, 1));
  CHECK(scene.state(waiting[0]) == State::in_progress);
  CHECK(scene.state(closing) == State::resolved);
  CHECK(scene.desk.expire(scene.now, 1));
  CHECK(scene.state(closing) == State::closed);
  CHECK(scene.state(waiting[1]) == State::pending);
  CHECK_FALSE(scene.desk.expire(scene.now, 1));
  CHECK(scene.state(waiting[1]) == State::in_progress);
}

}  // namespace deskd::desk::test
