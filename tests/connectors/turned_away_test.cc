#include "connectors/turned_away.h"

#include <doctest/doctest.h>

#include <string>
#include <thread>

#include "config/limits.h"
#include "connectors/batch.h"

using namespace deskd;
using namespace deskd::connectors;

namespace {

TurnedAway entry(std::string detail, std::string raw = "") {
  TurnedAway made;
  made.source = "hooks";
  made.detail = std::move(detail);
  made.raw = std::move(raw);
  return made;
}

}  // namespace

TEST_CASE("what was turned away is read newest first, with numbers that never repeat") {
  TurnedAwayLog log;
  log.add({entry("a"), entry("b")});
  log.add({entry("c")});
  const auto read = log.read();
  REQUIRE(read.size() == 3);
  CHECK(read[0]->detail == "c");
  CHECK(read[0]->number == 3);
  CHECK(read[2]->detail == "a");
  CHECK(read[2]->number == 1);
}

TEST_CASE("a flood pushes out the oldest, by number and by bytes") {
  TurnedAwayLog log;
  for (std::size_t i = 0; i < limits::turned_away_max + 10; ++i) log.add({entry("x")});
  CHECK(log.read().size() == limits::turned_away_max);
  CHECK(log.read().front()->number == limits::turned_away_max + 10);

  TurnedAwayLog heavy;
  const std::string raw(limits::raw_shown_bytes, 'r');
  for (int i = 0; i < 2'000; ++i) heavy.add({entry("x", raw)});
  const auto kept = heavy.read();
  CHECK(kept.size() * raw.size() <= limits::turned_away_bytes_max);
  CHECK(kept.size() > limits::turned_away_bytes_max / raw.size() / 2);
  CHECK(kept.front()->number == 2'000);
}

TEST_CASE("a refused message is one entry that says how many alerts it held") {
  TurnedAwayLog log;
  Batch batch(R"([{"host": "edge-7"}, {"host": "edge-8"}])");
  batch.source = "hooks";
  batch.peer = "10.0.0.7";
  batch.alerts.resize(2);
  log.add_refused(batch, "the lane is full");
  REQUIRE(log.read().size() == 1);
  const TurnedAway& refused = *log.read().front();
  CHECK(refused.outcome == rules::Outcome::refused);
  CHECK(refused.sender == "10.0.0.7");
  CHECK(refused.alerts == 2);
  CHECK(refused.detail == "the lane is full (2 alerts)");
  CHECK(refused.raw == batch.received());

  batch.alerts.front().sender = "a1";
  log.add_refused(batch, "the lane is full");
  CHECK(log.read().front()->sender == "a1");
}

TEST_CASE("threads may turn away while others read") {
  TurnedAwayLog log;
  std::thread writer([&] {
    for (int i = 0; i < 3'000; ++i) log.add({entry("x")});
  });
  for (int i = 0; i < 200; ++i) {
    const auto read = log.read();
    for (std::size_t n = 1; n < read.size(); ++n) {
      REQUIRE(read[n - 1]->number == read[n]->number + 1);
    }
  }
  writer.join();
  CHECK(log.read().front()->number == 3'000);
}
