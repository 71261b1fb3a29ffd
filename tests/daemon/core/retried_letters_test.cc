// A dead letter that is read again: its alerts and its end stand in one record.

#include "tests/daemon/core/log_source.h"

namespace deskd::daemon::test {

namespace {

/// One dead letter, number 1, of a source that is three hours behind.
LogDesk desk_with_letter() {
  LogDesk desk(log_setup(), start);
  auto batch = log_batch(desk.setup(), {}, 8, start - 3h);
  batch->dead_letters = {{.topic = "alerts",
                          .partition = 0,
                          .offset = 7,
                          .at = start - 1h,
                          .reason = "no resource",
                          .key = "k",
                          .value = "[1, 2]",
                          .headers = {{"site", "fra"}},
                          .value_bytes = 6}};
  desk.take(start, std::move(batch));
  return desk;
}

LetterReading reading_of(const LogDesk& desk, std::string reason = {}) {
  const LogRecord fires{.at = start - 1h};
  return {.letter = 1,
          .batch = batch_of(desk.setup(), "bus", {&fires, 1}),
          .taken = {1},
          .taken_before = 0,
          .reason = std::move(reason)};
}

std::optional<rules::OutcomeCounts> take(LogDesk& desk, LetterReading reading) {
  std::optional<rules::OutcomeCounts> outcomes;
  desk.turn(start, [&](Core& core) { outcomes = core.take(std::move(reading)); });
  return outcomes;
}

}  // namespace

TEST_CASE("a crash leaves the letter or its alerts, never both or neither") {
  auto desk = desk_with_letter();
  const auto before = desk.records.size();
  const auto outcomes = take(desk, reading_of(desk));
  REQUIRE(outcomes);
  CHECK((*outcomes)[rules::Outcome::raised] == 1);
  REQUIRE(desk.records.size() == before + 1);

  const auto after = std::exchange(
      desk.records, {desk.records.begin(), desk.records.begin() + static_cast<int>(before)});
  desk.recover(start);
  CHECK(desk.core->dead_letters().find(1) != nullptr);
  CHECK(desk.core->correlator().last_alarm() == 0);
  desk.records = after;
  desk.recover(start);
  CHECK(desk.core->dead_letters().find(1) == nullptr);
  CHECK(desk.core->correlator().last_alarm() == 1);
  CHECK(desk.core->desk().last_incident() == 1);
}

TEST_CASE("a letter of which something stays knows what was taken, after a start too") {
  auto desk = desk_with_letter();
  REQUIRE(take(desk, reading_of(desk, "no type")));
  desk.recover(start);
  const auto* letter = desk.core->dead_letters().find(1);
  REQUIRE(letter != nullptr);
  CHECK(letter->reason == "no type");
  CHECK(letter->taken == std::vector<std::uint32_t>{1});
  CHECK(letter->value == "[1, 2]");
  CHECK(letter->headers.size() == 1);
  // Somebody who read it before that would apply the first alert again.
  CHECK_FALSE(take(desk, reading_of(desk)));
  CHECK(desk.core->correlator().find(1)->count == 1);
  auto rest = reading_of(desk);
  rest.taken_before = 1;
  CHECK(take(desk, std::move(rest)));
  CHECK(desk.core->dead_letters().all().empty());
  CHECK_FALSE(take(desk, reading_of(desk)));
}

TEST_CASE("an equal reason leaves no record") {
  auto desk = desk_with_letter();
  desk.turn(start);
  const auto records = desk.records.size();
  LetterReading again{.letter = 1,
                      .batch = batch_of(desk.setup(), "bus", {}),
                      .taken = {},
                      .taken_before = 0,
                      .reason = "no resource"};
  CHECK(take(desk, std::move(again)));
  CHECK(desk.records.size() == records);
}

TEST_CASE("an old message that is read again does not move its source's time") {
  auto desk = desk_with_letter();
  REQUIRE(take(desk, reading_of(desk)));
  CHECK(desk.core->positions_of("bus").watermark == start - 3h);
  REQUIRE(desk.core->positions_of("bus").partitions.size() == 1);
  CHECK(desk.core->positions_of("bus").partitions[0].next == 8);
}

}  // namespace deskd::daemon::test
