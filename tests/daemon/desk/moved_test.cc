// A firing repeat that a newer setup judges to another identity moves its origin to another alarm.

#include <doctest/doctest.h>

#include "tests/daemon/desk/scene.h"

namespace deskd::desk::test {
namespace {

using Actions = std::vector<std::string>;

TEST_CASE("an alarm without incident joins the incident of the alarm that its origin left") {
  const Stated stated[]{{Decision::identity, 8, "", "labels.site"}};
  auto verdict = verdict_of(2);
  verdict.stated = stated;
  Scene scene;
  scene.fire(1);
  scene.move(1, 2, Severity::major, verdict);
  CHECK(scene.desk.last_incident() == 1);
  CHECK(scene.state(1) == State::fresh);
  CHECK(scene.alarms_of(1) == std::vector<AlarmId>{1, 2});
  CHECK(scene.desk.firing(1) == 1);
  CHECK(scene.incident(1).alarm_count == 2);
  CHECK(scene.alerts_counted(1) == 2);
  CHECK(scene.actions(1) == Actions{"opened", "joined", "raised", "cleared"});
  const auto joined = scene.desk.timeline(1)[1];
  CHECK(joined.actor == "rule:#9");
  CHECK(joined.text == "alerts of alarm 0-1 have another identity by rule #9: alarm 0-2 joins");
  CHECK(scene.last_entry(1).text ==
        "alarm 0-1: re-identified, its alerts belong to alarm 0-2 now, of incident 0-1");
}

TEST_CASE("a priority judged for the new identity counts for the incident too") {
  Scene scene;
  scene.fire(1, Severity::major, verdict_of(2));
  scene.move(1, 2, Severity::major, verdict_of(0));
  CHECK(scene.incident(1).priority == "P1");
}

TEST_CASE("it joins whatever the incident's state: no reopen, no resolve, no new clock") {
  Scene scene;
  scene.fire(1);
  REQUIRE(scene.act(1, ActionKind::resolve));
  const auto resolved_at = scene.incident(1).resolved_at;
  scene.now += 1h;

  SUBCASE("resolved by hand") {
    scene.move(1, 2, Severity::critical, verdict_of(2));
    CHECK(scene.state(1) == State::resolved);
    CHECK(scene.incident(1).resolved_by_hand);
    CHECK(scene.incident(1).resolved_at == resolved_at);
    CHECK_FALSE(is_known(scene.desk.next_deadline()));  // an alarm of it fires
    scene.clear(2);
    CHECK(scene.desk.next_deadline() == scene.now + scene.setup.close_after);
    scene.fire(2);
    CHECK(scene.state(1) == State::fresh);  // a raise anew is a raise anew
  }
  SUBCASE("closed") {
    REQUIRE(scene.act(1, ActionKind::close));
    scene.desk.take_changes();
    scene.move(1, 2, Severity::critical, verdict_of(0));
    CHECK(scene.desk.last_incident() == 1);
    CHECK(scene.state(1) == State::closed);
    CHECK(scene.incident(1).priority == "P3");
    CHECK(scene.desk.membership(2)->incident == 1);
    CHECK(scene.desk.take_changes().released == std::vector<AlarmId>{2});
    scene.fire(2, Severity::critical);
    CHECK(scene.desk.last_incident() == 1);
    scene.clear(2);
    scene.fire(2);
    CHECK(scene.state(2) == State::fresh);
  }
}

TEST_CASE("an alarm that has an incident of its own is raised there as always") {
  Scene scene;
  scene.fire(1);
  scene.fire(2);
  scene.clear(2);
  scene.move(1, 2, Severity::major, verdict_of(2));
  CHECK(scene.desk.membership(2)->incident == 3);
  CHECK(scene.state(1) == State::resolved);
  CHECK(scene.state(2) == State::resolved);
  CHECK(scene.state(3) == State::fresh);
}

TEST_CASE("an incident left without a firing alert is treated as cleared, and names the other") {
  Scene scene;
  scene.fire(1);
  scene.fire(2);
  scene.move(1, 2, Severity::major, verdict_of(2));
  CHECK(scene.state(1) == State::resolved);
  CHECK_FALSE(scene.incident(1).resolved_by_hand);
  CHECK(scene.last_entry(1).text ==
        "no alarm fires any more (alarm 0-1: re-identified, its alerts belong to alarm 0-2 now, "
        "of incident 0-2)");
  CHECK(scene.desk.firing(2) == 1);
}

}  // namespace
}  // namespace deskd::desk::test
