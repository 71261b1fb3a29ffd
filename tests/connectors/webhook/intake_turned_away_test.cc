// What never becomes an alert is kept for people to find, whatever else becomes of its message.

#include <doctest/doctest.h>

#include "tests/support/intake_desk.h"

using namespace deskd::tests;

TEST_CASE("each malformed element is kept with its place, the reason and itself") {
  IntakeDesk desk;
  desk.send("hooks", post(R"([{"host": "edge-7"}, {"status": "odd"}, {"host": [1]}])"));
  desk.settle(Settlement::Kind::durable);
  CHECK(desk.answer().status == 400);
  const auto kept = desk.accounts.turned_away().read();
  REQUIRE(kept.size() == 2);
  CHECK(kept[0]->outcome == Outcome::malformed);
  CHECK(kept[0]->source == "hooks");
  CHECK(kept[0]->sender == "10.0.0.7");
  CHECK(kept[0]->at == received_at);
  CHECK(kept[0]->index == 2);
  CHECK(kept[0]->pointer == "/2/host");
  CHECK(kept[0]->raw == R"({"host": [1]})");
  CHECK(kept[1]->index == 1);
  CHECK(kept[1]->raw == R"({"status": "odd"})");
}

TEST_CASE("a body that is no JSON is kept as it came, made fit to be shown") {
  IntakeDesk desk;
  desk.send("hooks", post("{\"host\": \xFF}"));
  const auto kept = desk.accounts.turned_away().read();
  REQUIRE(kept.size() == 1);
  CHECK(kept[0]->pointer.empty());
  CHECK(kept[0]->detail.find("not JSON at line 1") == 0);
  CHECK(kept[0]->raw == "{\"host\": \xEF\xBF\xBD}");
}

TEST_CASE("a message that a full lane refused is kept") {
  IntakeDesk desk;
  desk.inbox.set_lane("hooks", 1);
  desk.send("hooks", post(good));
  desk.send("hooks", post(good));
  CHECK(desk.answers.at(0).status == 503);
  const auto kept = desk.accounts.turned_away().read();
  REQUIRE(kept.size() == 1);
  CHECK(kept[0]->outcome == Outcome::refused);
  CHECK(kept[0]->detail == "the lane is full, or nothing is taken in now (1 alert)");
  CHECK(kept[0]->raw == good);
}

TEST_CASE("what is turned away before it is decoded is not kept here") {
  IntakeDesk desk;
  desk.send("alertmanager", post("nonsense"));  // without its token
  desk.send("nobody", post("nonsense"));
  CHECK(desk.accounts.turned_away().read().empty());
}
