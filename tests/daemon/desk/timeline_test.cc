#include <doctest/doctest.h>

#include "config/limits.h"
#include "tests/daemon/desk/scene.h"

namespace deskd::desk::test {
namespace {

constexpr auto kept = limits::timeline_entries_max;

void note(Scene& scene, std::size_t number) {
  REQUIRE(scene.act(1, ActionKind::note, std::to_string(number)));
}

TEST_CASE("memory keeps the last entries of an incident, and says how many left") {
  Scene scene;
  scene.fire(1);
  scene.desk.take_changes();
  for (std::size_t number = 1; number < kept; ++number) {
    note(scene, number);
    scene.desk.take_changes();
  }
  CHECK(scene.desk.timeline(1).size() == kept);
  CHECK_FALSE(scene.desk.timeline_gap(1).has_value());
  note(scene, kept);
  scene.desk.take_changes();
  note(scene, kept + 1);
  CHECK(scene.desk.timeline(1).size() == kept);
  CHECK(scene.incident(1).timeline_count == kept + 2);
  REQUIRE(scene.desk.timeline_gap(1).has_value());
  CHECK(scene.desk.timeline_gap(1)->text == "2 older entries are no longer in memory");
  CHECK(scene.desk.timeline(1).front().text == "2");
  CHECK(scene.desk.find_entry({1, 1}) == nullptr);
  CHECK(scene.desk.find_entry({1, 2})->text == "2");
  CHECK(scene.desk.find_entry({1, kept + 1})->text == std::to_string(kept + 1));
  CHECK(scene.desk.find_entry({1, kept + 2}) == nullptr);
  CHECK(scene.desk.find_entry({2, 0}) == nullptr);
}

TEST_CASE("every entry of a turn is found when it is handed out, however many there are") {
  Scene scene;
  scene.fire(1);
  for (std::size_t number = 1; number < 3 * kept; ++number) note(scene, number);
  const auto changes = scene.desk.take_changes();
  REQUIRE(changes.timeline.size() == 3 * kept);
  for (const auto& key : changes.timeline) {
    const auto* entry = scene.desk.find_entry(key);
    REQUIRE(entry != nullptr);
    if (key.index > 0) CHECK(entry->text == std::to_string(key.index));
  }
  SUBCASE("and leaves with the next turn") {
    CHECK(scene.desk.take_changes().empty());
    CHECK(scene.desk.timeline(1).size() == kept);
    CHECK(scene.desk.timeline(1).front().text == std::to_string(2 * kept));
  }
  SUBCASE("or when the next entry is written") {
    note(scene, 3 * kept);
    CHECK(scene.desk.timeline(1).size() == kept);
    CHECK(scene.desk.take_changes().timeline.size() == 1);
  }
}

TEST_CASE("recovery brings the same entries back, in whatever order they come") {
  Scene scene;
  scene.fire(1);
  for (std::size_t number = 1; number < kept + 50; ++number) note(scene, number);
  const auto changes = scene.desk.take_changes();
  std::vector<TimelineKey> keys = changes.timeline;
  SUBCASE("as written") {}
  SUBCASE("backwards") { std::ranges::reverse(keys); }
  SUBCASE("from the middle") { std::ranges::rotate(keys, keys.begin() + 700); }

  Desk desk;
  for (const auto& key : keys) desk.restore(key, *scene.desk.find_entry(key));
  desk.restore(*scene.desk.membership(1));
  desk.restore(scene.incident(1));
  desk.restored();
  desk.adopt(scene.setup, scene.now);
  CHECK(desk.timeline(1).size() == kept);
  CHECK(desk.timeline(1).front().text == "50");
  CHECK(desk.timeline(1).back().text == std::to_string(kept + 49));
  CHECK(desk.find_entry({1, 50})->text == "50");
  CHECK(desk.timeline_gap(1).has_value());
}

}  // namespace
}  // namespace deskd::desk::test
