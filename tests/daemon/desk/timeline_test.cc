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
  CHECK(scene.desk.timeline(1).back().text == std::to_string(kept + 1));
  CHECK(scene.desk.timeline(2).empty());
}

TEST_CASE("every entry of a turn is handed out, however many there are") {
  Scene scene;
  scene.fire(1);
  for (std::size_t number = 1; number < 3 * kept; ++number) note(scene, number);
  const auto changes = scene.desk.take_changes();
  REQUIRE(changes.timeline.size() == 3 * kept);
  for (std::size_t number = 1; number < 3 * kept; ++number) {
    const auto& [key, entry] = changes.timeline[number];
    CHECK(key == TimelineKey{1, number});
    CHECK(entry.text == std::to_string(number));
  }
  CHECK(scene.desk.timeline(1).size() == kept);
  CHECK(scene.desk.timeline(1).front().text == std::to_string(2 * kept));
  note(scene, 3 * kept);
  CHECK(scene.desk.timeline(1).size() == kept);
  CHECK(scene.desk.take_changes().timeline.size() == 1);
}

TEST_CASE("a packed timeline gives back what was written, whatever a text looks like") {
  const std::vector<std::string> texts{
      "",
      "0-1",
      "alarm 0-4711 fires, severity major, priority P2",
      "alarm 0-1 opens incident 0-18446744073709551615",
      "0-10-20-3 0-4 0-5 0-6",
      "0-0 0-01 0- 0-18446744073709551616 0-99999999999999999999999",
      "until 2030-10-22T01:30:00.000Z: waits",
      std::string("\0x\xff\x80", 4)};
  SharedTexts shared;
  PackedTimeline timeline;
  Time at = start_of_day();
  for (const auto& text : texts)
    timeline.push_back(TimelineEntry{at += 1ms, "rule:" + text, text + "!", text}, shared);
  const auto read = timeline.read(shared);
  REQUIRE(read.size() == texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    CHECK(read[i].at == start_of_day() + (i + 1) * 1ms);
    CHECK(read[i].actor == "rule:" + texts[i]);
    CHECK(read[i].action == texts[i] + "!");
    CHECK(read[i].text == texts[i]);
  }
  timeline.keep_last(2, shared);
  CHECK(timeline.first_at() == read[6].at);
  CHECK(timeline.read(shared).front().text == texts[6]);
  CHECK(shared.size() == 2);
  timeline.keep_last(0, shared);
  CHECK(timeline.read(shared).empty());
  CHECK(shared.size() == 0);
}

TEST_CASE("recovery brings the same entries back, in whatever order they come") {
  Scene scene;
  scene.fire(1);
  for (std::size_t number = 1; number < kept + 50; ++number) note(scene, number);
  const auto changes = scene.desk.take_changes();
  auto entries = changes.timeline;
  SUBCASE("as written") {}
  SUBCASE("backwards") { std::ranges::reverse(entries); }
  SUBCASE("from the middle") { std::ranges::rotate(entries, entries.begin() + 700); }

  Desk desk;
  for (const auto& [key, entry] : entries) desk.restore(key, entry);
  desk.restore(*scene.desk.membership(1));
  desk.restore(scene.incident(1));
  REQUIRE_FALSE(desk.restored());
  desk.adopt(scene.setup, scene.now);
  CHECK(desk.timeline(1).size() == kept);
  CHECK(desk.timeline(1).front().text == "50");
  CHECK(desk.timeline(1).back().text == std::to_string(kept + 49));
  CHECK(desk.timeline_gap(1).has_value());
}

}  // namespace
}  // namespace deskd::desk::test
