#include <doctest/doctest.h>

#include "tests/daemon/desk/scene.h"

namespace deskd::desk::test {
namespace {

constexpr auto one = std::chrono::nanoseconds{1};

TEST_CASE("resolved closes close_after its resolution or its last clear, whichever is later") {
  Scene scene;
  const auto close_after = scene.setup.close_after;
  Time from;
  SUBCASE("resolved by itself") {
    scene.fire(1);
    scene.now += 1h;
    scene.clear(1);
    from = scene.now;
  }
  SUBCASE("resolved by hand after the clear") {
    scene.fire(1);
    scene.clear(1);
    REQUIRE(scene.act(1, ActionKind::reopen));
    scene.now += 1h;
    REQUIRE(scene.act(1, ActionKind::resolve));
    from = scene.now;
  }
  SUBCASE("resolved by hand before the clear") {
    scene.fire(1);
    REQUIRE(scene.act(1, ActionKind::resolve));
    scene.now += 1h;
    scene.clear(1);
    from = scene.now;
  }
  scene.desk.take_changes();
  CHECK(scene.desk.next_deadline() == from + close_after);
  scene.now = from + close_after - one;
  CHECK_FALSE(scene.desk.expire(scene.now, 100));
  CHECK(scene.state(1) == State::resolved);
  CHECK(scene.desk.take_changes().empty());
  scene.now += one;
  CHECK_FALSE(scene.desk.expire(scene.now, 100));
  CHECK(scene.state(1) == State::closed);
  CHECK(scene.incident(1).closed_at == scene.now);
  CHECK(scene.last_entry(1).action == "closed");
  CHECK(scene.last_entry(1).actor == "deskd");
  CHECK(scene.desk.take_changes().released == std::vector<AlarmId>{1});
  CHECK_FALSE(is_known(scene.desk.next_deadline()));
}

TEST_CASE("nothing closes while an alarm of it fires") {
  Scene scene;
  scene.fire(1);
  REQUIRE(scene.act(1, ActionKind::resolve));
  CHECK_FALSE(is_known(scene.desk.next_deadline()));
  CHECK_FALSE(scene.desk.expire(scene.now + 10 * scene.setup.close_after, 100));
  CHECK(scene.state(1) == State::resolved);
}

TEST_CASE("at most so many close in one call, the one that waited longest first") {
  Scene scene;
  for (AlarmId alarm = 1; alarm <= 5; ++alarm) scene.fire(alarm);
  for (AlarmId alarm = 5; alarm >= 1; --alarm) {
    scene.now += 1s;
    scene.clear(alarm);
  }
  scene.now += 2 * scene.setup.close_after;
  CHECK(scene.desk.expire(scene.now, 2));
  CHECK(scene.state(5) == State::closed);
  CHECK(scene.state(4) == State::closed);
  CHECK(scene.state(3) == State::resolved);
  CHECK_FALSE(scene.desk.expire(scene.now, 3));
  CHECK(scene.state(1) == State::closed);
}

TEST_CASE("a reopened incident does not close") {
  Scene scene;
  scene.fire(1);
  scene.clear(1);
  REQUIRE(scene.act(1, ActionKind::reopen));
  CHECK_FALSE(is_known(scene.desk.next_deadline()));
  CHECK_FALSE(scene.desk.expire(scene.now + 10 * scene.setup.close_after, 100));
  CHECK(scene.state(1) == State::fresh);
}

TEST_CASE("the time to closing survives a restart, and follows a new close_after") {
  Scene scene;
  scene.fire(1);
  scene.clear(1);
  const auto from = scene.now;
  Desk desk;
  desk.restore(*scene.desk.membership(1));
  desk.restore({1, 1}, scene.desk.timeline(1)[1]);
  desk.restore({1, 2}, scene.desk.timeline(1)[2]);
  desk.restore({1, 0}, scene.desk.timeline(1)[0]);
  desk.restore(scene.incident(1));
  REQUIRE_FALSE(desk.restored());
  scene.setup.close_after = 1h;
  desk.adopt(scene.setup, scene.now);
  CHECK(desk.take_changes().empty());
  CHECK(desk.next_deadline() == from + 1h);
  REQUIRE(desk.timeline(1).size() == 3);
  CHECK(desk.timeline(1)[0].action == "opened");
  CHECK(desk.timeline(1)[2].action == "resolved");
  CHECK_FALSE(desk.expire(from + 1h, 1));
  CHECK(desk.find(1)->state == State::closed);
}

}  // namespace
}  // namespace deskd::desk::test
