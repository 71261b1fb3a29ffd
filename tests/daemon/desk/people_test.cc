// Who has an incident: take, assign, release, start, and the next one of a queue.

#include <doctest/doctest.h>

#include <set>

#include "tests/daemon/desk/scene.h"

namespace deskd::desk::test {
namespace {

using Actions = std::vector<std::string>;

Action take_by(std::string name, bool force = false) {
  return {.kind = ActionKind::take, .actor = person(std::move(name)), .force = force};
}

}  // namespace

TEST_CASE("who takes an incident has it, and taking it again changes nothing") {
  Scene scene;
  scene.fire(1);
  REQUIRE(scene.act(1, take_by("anna")));
  CHECK(scene.incident(1).person == "anna");
  CHECK(scene.state(1) == State::assigned);
  CHECK(scene.last_entry(1).actor == "anna");
  CHECK(scene.last_entry(1).action == "take");
  REQUIRE(scene.act(1, ActionKind::start));
  scene.desk.take_changes();
  CHECK(scene.act(1, take_by("anna")));
  CHECK(scene.act(1, take_by("anna", true)));
  CHECK(scene.state(1) == State::in_progress);
  CHECK(scene.desk.take_changes().empty());
}

TEST_CASE("a name that nothing proved is compared as a name, and shown as claimed") {
  Scene scene;
  scene.fire(1);
  const Action claimed{.kind = ActionKind::take, .actor = {Actor::Kind::claimed_person, "anna"}};
  REQUIRE(scene.act(1, claimed));
  CHECK(scene.incident(1).person == "anna");
  CHECK(scene.last_entry(1).actor == "anna (claimed)");
  CHECK(scene.act(1, claimed));
  CHECK(scene.incident(1).version == 2);
}

TEST_CASE("what somebody has is refused with their name, and taken from them with force") {
  Scene scene;
  scene.fire(1);
  REQUIRE(scene.act(1, take_by("anna")));
  const auto refused = scene.act(1, take_by("ben"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == Refusal::Kind::held);
  CHECK(refused.error().detail == "anna has incident 0-1, which is assigned; force takes it away");
  auto forced = take_by("ben", true);
  forced.text = "she went home";
  REQUIRE(scene.act(1, forced));
  CHECK(scene.incident(1).person == "ben");
  CHECK(scene.last_entry(1).text == "from anna: she went home");
}

TEST_CASE("assign hands over to a person, a queue or both, and says from whom") {
  Scene scene;
  const auto id = scene.incident_in(State::in_progress);
  REQUIRE(scene.act(id, ActionKind::ack));
  Action assign{.kind = ActionKind::assign, .actor = person("anna"), .text = "end of my shift"};

  SUBCASE("a person") {
    assign.person = "ben";
    REQUIRE(scene.act(id, assign));
    CHECK(scene.incident(id).person == "ben");
    CHECK(scene.incident(id).queue == "network");
    CHECK(scene.last_entry(id).text == "from anna, to ben: end of my shift");
  }
  SUBCASE("a queue: nobody has it any more") {
    assign.queue = "servers";
    REQUIRE(scene.act(id, assign));
    CHECK(scene.incident(id).person.empty());
    CHECK(scene.incident(id).queue == "servers");
    CHECK(scene.last_entry(id).text == "from queue network to servers, from anna: end of my shift");
    CHECK(scene.desk.backlog()[servers].open.at("P3")[0] == 1);
    CHECK(scene.desk.backlog()[network].open.at("P3")[2] == 0);
  }
  SUBCASE("both") {
    assign.person = "ben";
    assign.queue = "servers";
    REQUIRE(scene.act(id, assign));
    CHECK(scene.incident(id).person == "ben");
    CHECK(scene.incident(id).queue == "servers");
    CHECK(scene.state(id) == State::assigned);
  }
  CHECK(scene.incident(id).acknowledged_by == "anna");  // the ack stays
}

TEST_CASE("assign without a goal, or to a queue that is not there, is a bad request") {
  Scene scene;
  scene.fire(1);
  Action assign{.kind = ActionKind::assign, .actor = person("anna")};
  auto refused = scene.act(1, assign);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == Refusal::Kind::bad_request);
  CHECK(refused.error().detail == "assign needs a person, a queue or both");
  assign.person = "ben";
  assign.queue = "netwrok";
  refused = scene.act(1, assign);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == Refusal::Kind::bad_request);
  CHECK(refused.error().detail == "there is no queue 'netwrok' (nearest: 'network')");
  assign.queue = std::string(100'000, 'q') + "\n";
  CHECK(scene.act(1, assign).error().detail.size() < 200);
  CHECK(scene.incident(1).version == 1);
}

TEST_CASE("release gives it back to its queue, without person and ack") {
  Scene scene;
  const auto id = scene.incident_in(State::pending);
  REQUIRE(scene.act(id, ActionKind::ack));
  REQUIRE(scene.act(id, ActionKind::release, "no idea"));
  const auto& incident = scene.incident(id);
  CHECK(incident.state == State::fresh);
  CHECK(incident.person.empty());
  CHECK(incident.acknowledged_by.empty());
  CHECK_FALSE(is_known(incident.acknowledged_at));
  CHECK(scene.last_entry(id).text == "anna has it no more: no idea");
  CHECK(scene.desk.backlog()[network].unacked.at("P3") == 1);
}

TEST_CASE("who starts a new incident has it; who starts another's only says that work goes on") {
  Scene scene;
  scene.fire(1);
  const Action start{.kind = ActionKind::start, .actor = person("ben")};
  REQUIRE(scene.act(1, start));
  CHECK(scene.incident(1).person == "ben");
  const auto id = scene.incident_in(State::assigned);
  REQUIRE(scene.act(id, start));
  CHECK(scene.incident(id).person == "anna");
}

TEST_CASE("next gives the most urgent new incident of the queue, the oldest of equals, each once") {
  Scene scene;
  scene.fire(1, Severity::major, verdict_of(3));
  scene.fire(2, Severity::major, verdict_of(1, servers));
  scene.now += 1s;
  scene.fire(3, Severity::major, verdict_of(1));
  scene.fire(4, Severity::major, verdict_of(1));
  scene.now += 1s;
  scene.fire(5, Severity::major, verdict_of(0));
  scene.fire(6, Severity::major, verdict_of(0));
  REQUIRE(scene.act(6, take_by("carl")));

  std::vector<IncidentId> given;
  while (const auto next = *scene.desk.claim_next("network", person("anna"), scene.now)) {
    given.push_back(*next);
    CHECK(scene.incident(*next).person == "anna");
    CHECK(scene.state(*next) == State::assigned);
  }
  CHECK(given == std::vector<IncidentId>{5, 3, 4, 1});
  CHECK(scene.last_entry(5).action == "take");
  CHECK(scene.last_entry(5).text == "the next one of queue network");
  CHECK(scene.desk.claim_next("servers", person("ben"), scene.now).value() == 2);

  REQUIRE(scene.act(4, ActionKind::release));
  CHECK(scene.desk.claim_next("network", person("ben"), scene.now).value() == 4);
}

TEST_CASE("next follows a priority that rises, a move and a reopen") {
  Scene scene;
  scene.fire(1, Severity::major, verdict_of(3));
  scene.fire(2, Severity::major, verdict_of(2));
  scene.fire(3, Severity::major, verdict_of(1, servers));
  scene.fire(1, Severity::major, verdict_of(1));
  CHECK(scene.desk.claim_next("network", person("anna"), scene.now).value() == 1);
  REQUIRE(scene.act(3, {.kind = ActionKind::assign, .actor = person("anna"), .queue = "network"}));
  CHECK(scene.desk.claim_next("network", person("anna"), scene.now).value() == 3);
  scene.clear(2);
  CHECK_FALSE(scene.desk.claim_next("network", person("anna"), scene.now).value());
  REQUIRE(scene.act(2, ActionKind::reopen));
  CHECK(scene.desk.claim_next("network", person("anna"), scene.now).value() == 2);
}

TEST_CASE("the next one of a queue that is not there names the nearest") {
  Scene scene;
  const auto refused = scene.desk.claim_next("serverz", person("anna"), scene.now);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == Refusal::Kind::not_found);
  CHECK(refused.error().detail == "there is no queue 'serverz' (nearest: 'servers')");
}

TEST_CASE("open incidents stand by urgency, all by their last change") {
  Scene scene;
  scene.fire(1, Severity::major, verdict_of(3));
  scene.now += 1s;
  scene.fire(2, Severity::major, verdict_of(0, servers));
  scene.now += 1s;
  scene.fire(3, Severity::major, verdict_of(3));
  const auto ids = [](const auto& order) {
    std::vector<IncidentId> all;
    for (const auto& place : order) {
      if constexpr (requires { place.incident; })
        all.push_back(place.incident);
      else
        all.push_back(place.second);
    }
    return all;
  };
  CHECK(ids(scene.desk.by_urgency()) == std::vector<IncidentId>{2, 1, 3});
  scene.now += 1s;
  REQUIRE(scene.act(1, ActionKind::ack));
  CHECK(ids(scene.desk.by_update()) == std::vector<IncidentId>{2, 3, 1});
  REQUIRE(scene.act(2, ActionKind::cancel));
  CHECK(ids(scene.desk.by_urgency()) == std::vector<IncidentId>{1, 3});
  CHECK(scene.desk.by_update().size() == 3);
}

}  // namespace deskd::desk::test
