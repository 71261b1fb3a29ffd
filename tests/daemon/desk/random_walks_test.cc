// Several people, alarms and time at random on a desk that is restored again and again, against a
// plain model of the contract: they must never differ.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <random>

#include "config/limits.h"
#include "tests/daemon/desk/desk_model.h"
#include "tests/daemon/desk/scene.h"
#include "tests/daemon/desk/written.h"

namespace deskd::desk::test {
namespace {

constexpr std::array people{"anna", "ben", "carl"};
constexpr std::array<std::string_view, 5> refusals{"not_found", "wrong_state", "held",
                                                   "wrong_version", "bad_request"};

std::string text(const ModelIncident& it, IncidentId id) {
  return fmt::format("{} {} person '{}' ack '{}' {} {} i '{}' u '{}' '{}' {} '{}' pins {} until {}",
                     id, it.state, it.person, it.acked_by, it.queue, it.priority, it.impact,
                     it.urgency, it.title, it.klass, it.runbook, fmt::join(it.pinned, ","),
                     it.until.time_since_epoch().count());
}

std::string text(const Incident& it) {
  std::vector<std::string_view> pins;  // in the order of their names
  if (it.pinned.klass) pins.emplace_back("class");
  if (it.pinned.impact) pins.emplace_back("impact");
  if (it.pinned.priority) pins.emplace_back("priority");
  if (it.pinned.runbook) pins.emplace_back("runbook");
  if (it.pinned.title) pins.emplace_back("title");
  if (it.pinned.urgency) pins.emplace_back("urgency");
  return fmt::format("{} {} person '{}' ack '{}' {} {} i '{}' u '{}' '{}' {} '{}' pins {} until {}",
                     it.id, name(it.state), it.person, it.acknowledged_by, it.queue, it.priority,
                     rules::name(it.impact), rules::name(it.urgency), it.title, it.klass,
                     it.runbook, fmt::join(pins, ","), it.pending_until.time_since_epoch().count());
}

class Walk {
 public:
  explicit Walk(std::uint64_t seed) : random_(seed) {}

  void step() {
    switch (pick(10)) {
      case 0:
      case 1:
        fire();
        break;
      case 2:
        clear();
        break;
      case 3:
        raise();
        break;
      case 4:
        next();
        break;
      case 5:
        let_time_pass();
        break;
      default:
        act();
    }
    compare();
    written_.take(scene_.desk, scene_.desk.take_changes());
    if (pick(20) == 0) {
      scene_.desk = written_.restore(random_);
      scene_.desk.adopt(scene_.setup, scene_.now);
      REQUIRE(scene_.desk.take_changes().empty());
      compare();
    }
  }

  std::uint64_t done(ActionKind kind) const { return done_[static_cast<std::size_t>(kind)]; }
  std::uint64_t refused(std::size_t kind) const { return refused_[kind]; }

 private:
  std::uint64_t pick(std::uint64_t below) { return random_() % below; }
  bool chance(unsigned percent) { return pick(100) < percent; }
  std::string anyone() { return people[pick(people.size())]; }
  Level any_level() { return static_cast<Level>(1 + pick(3)); }

  void fire() {
    constexpr std::array<std::uint16_t, 4> queues{network, servers, triage, rules::no_queue};
    const AlarmId alarm = 1 + pick(12);
    auto verdict = verdict_of(static_cast<std::uint8_t>(pick(5)), queues[pick(queues.size())]);
    verdict.impact = static_cast<Level>(pick(4));
    verdict.urgency = static_cast<Level>(pick(4));
    scene_.fire(alarm, Severity::major, verdict);
    const auto& plan = *scene_.setup.plan;
    const auto queue = verdict.queue == rules::no_queue ? plan.catch_all : verdict.queue;
    model_.fire(alarm,
                {plan.priorities.levels[verdict.priority], std::string(rules::name(verdict.impact)),
                 std::string(rules::name(verdict.urgency)), plan.queues[queue].name},
                scene_.now);
  }

  void clear() {
    const AlarmId alarm = 1 + pick(12);
    if (!scene_.active(alarm)) return;
    scene_.clear(alarm);
    model_.clear(alarm, scene_.now);
  }

  Statement any_statement() {
    Statement statement;
    if (chance(30)) statement.priority = chance(90) ? fmt::format("P{}", 1 + pick(5)) : "P9";
    if (chance(20)) statement.klass = chance(80) ? "network.uplink" : "No Class";
    if (chance(20)) statement.title = chance(80) ? fmt::format("title {}", pick(3)) : "";
    if (chance(20)) statement.runbook = fmt::format("runbook {}", pick(3));
    if (chance(25)) statement.impact = any_level();
    if (chance(25)) statement.urgency = any_level();
    return statement;
  }

  std::string any_queue() {
    constexpr std::array names{"network", "servers", "triage", "nowhere"};
    return names[pick(names.size())];
  }

  void raise() {
    NewIncident wanted{.actor = person(anyone()),
                       .title = chance(90) ? "by hand" : "",
                       .statement = any_statement()};
    if (chance(50)) wanted.queue = any_queue();
    const auto expected = model_.raise(wanted, scene_.now);
    const auto answer = scene_.desk.raise(wanted, scene_.now);
    REQUIRE(answer.has_value() == expected.empty());
    if (answer) {
      REQUIRE(*answer == model_.incidents().size());
    } else {
      REQUIRE(answer.error().kind == Refusal::Kind::bad_request);
    }
  }

  void next() {
    const auto queue = any_queue();
    const auto who = anyone();
    const auto answer = scene_.desk.claim_next(queue, person(who), scene_.now);
    REQUIRE(answer.has_value() == (queue != "nowhere"));
    if (answer) REQUIRE(answer->value_or(0) == model_.next(queue, who));
  }

  void let_time_pass() {
    // Now and then to the very moment at which something is due, or right before it.
    const Time due = scene_.desk.next_deadline();
    if (is_known(due) && due > scene_.now && chance(40)) {
      scene_.now = due - std::chrono::nanoseconds{pick(2)};
    } else {
      scene_.now += std::chrono::minutes{pick(2 * 24 * 60)};
    }
    while (scene_.desk.expire(scene_.now, 3)) {
    }
    model_.pass(scene_.now);
  }

  Action any_action() {
    Action action{.kind = static_cast<ActionKind>(pick(action_count)), .actor = person(anyone())};
    if (chance(70)) action.text = "because";
    action.force = chance(20);
    if (chance(60)) action.person = anyone();
    if (chance(40)) action.queue = any_queue();
    if (chance(90)) action.until = scene_.now + std::chrono::minutes{pick(3 * 24 * 60)};
    if (chance(5)) action.until = scene_.now + limits::pending_max + 1s;
    action.statement = any_statement();
    return action;
  }

  void act() {
    const IncidentId last = model_.incidents().size();
    // Mostly of the last few, which are seldom closed yet.
    const IncidentId id = last > 8 && chance(60) ? last - pick(8) : pick(last + 2);
    auto action = any_action();
    const auto incident = scene_.desk.find(id);
    std::string expected;
    if (incident && chance(10)) action.if_version = incident->version - pick(2);
    if (action.if_version && *action.if_version != incident->version)
      expected = "wrong_version";
    else
      expected = model_.act(id, action, scene_.now);

    const auto before = incident.value_or(Incident{});
    const auto answer = scene_.act(id, action);
    CAPTURE(name(action.kind));
    if (answer) {
      REQUIRE(expected.empty());
      ++done_[static_cast<std::size_t>(action.kind)];
      return;
    }
    CAPTURE(answer.error().detail);
    const auto kind = static_cast<std::size_t>(answer.error().kind);
    REQUIRE(refusals[kind] == expected);
    ++refused_[kind];
    const auto& told = answer.error().detail;
    if (expected == "wrong_state") REQUIRE(told.find(name(before.state)) != std::string::npos);
    if (expected == "held") REQUIRE(told.find(before.person) != std::string::npos);
  }

  void compare() {
    const auto& all = model_.incidents();
    REQUIRE(scene_.desk.last_incident() == all.size());
    for (IncidentId id = 1; id <= all.size(); ++id) {
      const auto& incident = scene_.incident(id);
      REQUIRE(text(incident) == text(all[id - 1], id));
      REQUIRE(is_known(incident.acknowledged_at) == !incident.acknowledged_by.empty());
    }
    REQUIRE(scene_.desk.next_deadline() == model_.next_deadline());
    compare_orders();
  }

  void compare_orders() {
    UrgencyOrder by_urgency;
    UpdateOrder by_update;
    for (IncidentId id = 1; id <= scene_.desk.last_incident(); ++id) {
      const auto& head = scene_.incident(id);
      by_update.insert({head.updated_at, id});
      if (!is_open(head.state)) continue;
      const auto priority = static_cast<std::uint8_t>(head.priority[1] - '1');
      by_urgency.insert({.incident = id, .priority = priority});
    }
    REQUIRE(scene_.desk.by_urgency() == by_urgency);
    REQUIRE(scene_.desk.by_update() == by_update);
  }

  std::mt19937_64 random_;
  Scene scene_;
  DeskModel model_;
  Written written_;
  std::array<std::uint64_t, action_count> done_{};
  std::array<std::uint64_t, refusals.size()> refused_{};
};

}  // namespace

TEST_CASE("whatever several people, alarms and time do, the desk is what the contract says") {
  std::array<std::uint64_t, action_count> done{};
  std::array<std::uint64_t, refusals.size()> refused{};
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    Walk walk{seed};
    for (int step = 0; step < 400; ++step) {
      CAPTURE(step);
      walk.step();
    }
    for (std::size_t kind = 0; kind < action_count; ++kind)
      done[kind] += walk.done(static_cast<ActionKind>(kind));
    for (std::size_t kind = 0; kind < refusals.size(); ++kind) refused[kind] += walk.refused(kind);
  }
  for (std::size_t kind = 0; kind < action_count; ++kind) {
    CAPTURE(name(static_cast<ActionKind>(kind)));
    CHECK(done[kind] > 30);
  }
  for (std::size_t kind = 0; kind < refusals.size(); ++kind) {
    CAPTURE(refusals[kind]);
    CHECK(refused[kind] > 50);
  }
}

}  // namespace deskd::desk::test
