#include "daemon/desk/queue.h"

#include <doctest/doctest.h>

#include "tests/daemon/desk/scene.h"

namespace deskd::desk::test {
namespace {

using Counts = std::array<std::uint64_t, 4>;

TEST_CASE("a plan finds its queues by name and tells the rules their words") {
  const auto plan = usual_plan();
  REQUIRE(plan.find("servers") != nullptr);
  CHECK(plan.find("servers")->resolves_in_progress);
  CHECK(plan.find("server") == nullptr);
  CHECK(plan.words().queues == std::vector<std::string>{"network", "servers", "triage"});
  CHECK(plan.words().catch_all == triage);
  CHECK(plan.words().priorities.levels == plan.priorities.levels);
}

TEST_CASE("the backlog counts open incidents by queue, priority and state") {
  Scene scene;
  const auto opened_at = scene.now;
  scene.fire(1, Severity::major, verdict_of(0, network));
  scene.now += 1min;
  scene.fire(2, Severity::major, verdict_of(1, network));
  scene.fire(3, Severity::major, verdict_of(1, network));
  auto backlog = scene.desk.backlog();
  REQUIRE(backlog.size() == 3);
  CHECK(backlog[0].queue == "network");
  CHECK(backlog[2].queue == "triage");
  CHECK(backlog[0].open.size() == 5);  // every priority has its line
  CHECK(backlog[0].open["P1"] == Counts{1, 0, 0, 0});
  CHECK(backlog[0].open["P2"] == Counts{2, 0, 0, 0});
  CHECK(backlog[0].open["P5"] == Counts{});
  CHECK(backlog[0].unacked["P2"] == 2);
  CHECK(backlog[0].oldest_at == opened_at);
  CHECK_FALSE(is_known(backlog[1].oldest_at));

  REQUIRE(scene.act(2, ActionKind::ack));
  scene.clear(1);
  backlog = scene.desk.backlog();
  CHECK(backlog[0].open["P1"] == Counts{});
  CHECK(backlog[0].unacked["P1"] == 0);
  CHECK(backlog[0].unacked["P2"] == 1);
  CHECK(backlog[0].oldest_at == scene.now);

  scene.fire(3, Severity::major, verdict_of(0, network));
  backlog = scene.desk.backlog();
  CHECK(backlog[0].open["P1"] == Counts{1, 0, 0, 0});
  CHECK(backlog[0].open["P2"] == Counts{1, 0, 0, 0});
}

TEST_CASE("open incidents of a queue that vanished go to the catch-all, with a timeline entry") {
  Scene scene;
  scene.fire(1, Severity::major, verdict_of(0, network));
  scene.fire(2, Severity::major, verdict_of(0, servers));
  scene.fire(3, Severity::major, verdict_of(0, network));
  REQUIRE(scene.act(3, ActionKind::resolve));
  scene.desk.take_changes();
  scene.now += 1min;
  DeskPlan plan;
  plan.queues = {{.name = "inbox", .catch_all = true}, {.name = "servers"}};
  scene.adopt(plan);
  CHECK(scene.incident(1).queue == "inbox");
  CHECK(scene.incident(1).version == 2);
  CHECK(scene.incident(1).updated_at == scene.now);
  CHECK(scene.last_entry(1).action == "queue");
  CHECK(scene.last_entry(1).actor == "deskd");
  CHECK(scene.last_entry(1).text == "queue network is gone: moved to the catch-all inbox");
  CHECK(scene.incident(2).queue == "servers");
  CHECK(scene.incident(2).version == 1);
  CHECK(scene.incident(3).queue == "network");  // it is not open: what was stays as it was
  CHECK(scene.desk.take_changes().incidents == std::vector<IncidentId>{1});
  auto backlog = scene.desk.backlog();
  CHECK(backlog[0].open["P1"] == Counts{1, 0, 0, 0});
  CHECK(backlog[1].open["P1"] == Counts{1, 0, 0, 0});

  SUBCASE("a resolved one follows when it reopens") {
    REQUIRE(scene.act(3, ActionKind::reopen));
    CHECK(scene.incident(3).queue == "inbox");
    CHECK(scene.actions(3) == std::vector<std::string>{"opened", "resolve", "reopen", "queue"});
    CHECK(scene.desk.backlog()[0].open["P1"] == Counts{2, 0, 0, 0});
  }
}

TEST_CASE("a priority whose level vanished becomes the default, with a timeline entry") {
  Scene scene;
  scene.fire(1, Severity::major, verdict_of(0));
  auto plan = usual_plan();
  plan.priorities.levels = {"urgent", "P2", "soon"};
  plan.priorities.otherwise = 2;
  scene.adopt(plan);
  CHECK(scene.incident(1).priority == "soon");
  CHECK(scene.last_entry(1).text == "priority P1 is gone: the default soon");
  scene.fire(1, Severity::major, verdict_of(1));
  CHECK(scene.incident(1).priority == "P2");
}

TEST_CASE("the same plan again changes nothing") {
  Scene scene;
  scene.fire(1, Severity::major, verdict_of(0, network));
  scene.desk.take_changes();
  scene.adopt(usual_plan());
  CHECK(scene.desk.take_changes().empty());
  CHECK(scene.desk.backlog()[0].open["P1"] == Counts{1, 0, 0, 0});
}

}  // namespace
}  // namespace deskd::desk::test
