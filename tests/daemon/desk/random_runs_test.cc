// Seeded random signals and actions on two desks that must never differ: one runs on, the other is
// restored again and again from what was written.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <set>

#include "tests/daemon/desk/scene.h"
#include "tests/daemon/desk/written.h"

namespace deskd::desk::test {
namespace {

long long ns(Time time) { return time.time_since_epoch().count(); }

/// Everything that can be asked of a desk, as text.
std::string told(const Desk& desk, AlarmId last_alarm) {
  std::string out = fmt::format("next {}\n", ns(desk.next_deadline()));
  for (IncidentId id = 1; id <= desk.last_incident(); ++id) {
    const auto head = desk.find(id).value();
    out += fmt::format(
        "{} v{} {} hand {} i{} u{} s{} w{} {} {} {} {} {} {} {} at {} {} {} {} {} {} quiet {} n{} "
        "left {} t{} of {} fires {} [{}]\n",
        head.id, head.version, name(head.state), head.resolved_by_hand, int(head.impact),
        int(head.urgency), int(head.severity), int(head.severity_worst), head.title, head.klass,
        head.priority, head.queue, head.person, head.acknowledged_by, head.runbook,
        ns(head.opened_at), ns(head.updated_at), ns(head.acknowledged_at), ns(head.resolved_at),
        ns(head.closed_at), ns(head.pending_until), ns(head.quiet_since), head.alarm_count,
        head.alert_count_left, desk.timeline(id).size(), head.timeline_count, desk.firing(id),
        fmt::join(desk.alarms_of(id), " "));
    for (const auto& author : head.verdict)
      out += fmt::format("  {} {} {} {}\n", int(author.decision), author.rule, author.setup,
                         author.value);
    for (const auto& entry : desk.timeline(id))
      out += fmt::format("  {} {} {} {}\n", ns(entry.at), entry.actor, entry.action, entry.text);
  }
  for (AlarmId alarm = 1; alarm <= last_alarm; ++alarm) {
    if (const auto membership = desk.membership(alarm))
      out += fmt::format("alarm {} in {} active {} s{} before {}\n", membership->alarm,
                         membership->incident, membership->active, int(membership->severity),
                         membership->count_before);
  }
  for (const auto& backlog : desk.backlog()) {
    out += fmt::format("queue {} oldest {}:", backlog.queue, ns(backlog.oldest_at));
    for (const auto& [level, counts] : backlog.open)
      out += fmt::format(" {} {} unacked {}", level, fmt::join(counts, "/"),
                         backlog.unacked.at(level));
    out += '\n';
  }
  return out;
}

std::string told(const DeskChanges& changes) {
  auto out = fmt::format("{} | {} | {} | {} |", fmt::join(changes.incidents, " "),
                         fmt::join(changes.memberships, " "), fmt::join(changes.released, " "),
                         fmt::join(changes.claimed, " "));
  for (const auto& [key, entry] : changes.timeline)
    out += fmt::format(" {}.{} {} {} {} {}", key.incident, key.index, ns(entry.at), entry.actor,
                       entry.action, entry.text);
  return out;
}

class Run {
 public:
  explicit Run(std::uint64_t seed) : random_(seed) {}

  void turn() {
    for (auto left = pick(4); left-- > 0;) {
      const auto operation = any_operation();
      operation(live_);
      operation(twin_);
      check_invariants();
    }
    const auto changes = live_.desk.take_changes();
    REQUIRE(told(changes) == told(twin_.desk.take_changes()));
    written_.take(live_.desk, changes);
    if (pick(8) == 0) {
      twin_.desk = written_.restore(random_);
      twin_.desk.adopt(twin_.setup, twin_.now);
      REQUIRE(twin_.desk.take_changes().empty());
    }
    REQUIRE(told(live_.desk, last_alarm_) == told(twin_.desk, last_alarm_));
  }

  std::uint64_t incidents() const { return live_.desk.last_incident(); }

 private:
  using Operation = std::function<void(Scene&)>;

  std::uint64_t pick(std::uint64_t below) { return random_() % below; }
  AlarmId any_alarm() {
    return last_alarm_ == 0 || pick(6) == 0 ? ++last_alarm_ : 1 + pick(last_alarm_);
  }

  Operation any_operation() {
    switch (pick(12)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return fire();
      case 4:
      case 5:
        return clear();
      case 6:
        return move();
      case 7:
      case 10:
      case 11:
        return pick(6) == 0 ? next() : pick(12) == 0 ? raise() : act();
      case 8:
        return let_time_pass();
      default:
        return pick(5) == 0 ? adopt() : fire();
    }
  }

  Operation fire() {
    const auto alarm = any_alarm();
    const auto severity = static_cast<Severity>(pick(rules::severity_count));
    const auto verdict = any_verdict();
    const bool late = pick(8) == 0;
    return [=](Scene& scene) {
      scene.fire(alarm, severity, verdict, late ? scene.former : scene.setup);
    };
  }

  Operation clear() {
    const auto alarm = any_alarm();
    if (!live_.active(alarm)) return fire();
    return [alarm](Scene& scene) { scene.clear(alarm); };
  }

  Operation move() {
    const auto from = any_alarm();
    const auto to = any_alarm();
    if (!live_.active(from) || from == to) return fire();
    const auto severity = static_cast<Severity>(pick(rules::severity_count));
    const auto verdict = any_verdict();
    return [=](Scene& scene) { scene.move(from, to, severity, verdict); };
  }

  Operation act() {
    const auto incident = pick(live_.desk.last_incident() + 2);
    Action action{.kind = static_cast<ActionKind>(pick(action_count)),
                  .actor = person(pick(2) == 0 ? "anna" : "ben"),
                  .text = "because",
                  .force = pick(2) == 0,
                  .person = pick(2) == 0 ? "carl" : "",
                  .until = live_.now + std::chrono::minutes{1 + pick(24 * 60)}};
    const auto& plan = *live_.setup.plan;
    if (pick(2) == 0) action.queue = plan.queues[pick(plan.queues.size())].name;
    if (pick(2) == 0) action.statement.title = "stated";
    if (pick(8) == 0) action.statement.impact = static_cast<Level>(1 + pick(3));
    if (pick(8) == 0) {
      action.statement.priority = plan.priorities.levels[pick(plan.priorities.levels.size())];
      if (action.kind == ActionKind::set) ranks_.erase(incident);
    }
    if (action.statement.impact && action.kind == ActionKind::set) ranks_.erase(incident);
    return [=](Scene& scene) {
      const auto answer = scene.act(incident, action);
      const bool known = incident != 0 && incident <= scene.desk.last_incident();
      if (!answer) REQUIRE((answer.error().kind == Refusal::Kind::not_found) == !known);
    };
  }

  Operation next() {
    const auto& plan = *live_.setup.plan;
    const auto queue = plan.queues[pick(plan.queues.size())].name;
    return [queue](Scene& scene) {
      const auto answer = scene.desk.claim_next(queue, person("ben"), scene.now);
      REQUIRE(answer.has_value());
    };
  }

  Operation raise() {
    NewIncident wanted{.actor = person("anna"), .title = "by hand"};
    if (pick(2) == 0) wanted.statement.urgency = Level::high;
    return [wanted](Scene& scene) { REQUIRE(scene.desk.raise(wanted, scene.now)); };
  }

  Operation let_time_pass() {
    const auto by = std::chrono::minutes{pick(3 * 24 * 60)};
    return [by](Scene& scene) {
      scene.now += by;
      while (scene.desk.expire(scene.now, 2)) {
      }
    };
  }

  Operation adopt() {
    auto plan = usual_plan();
    if (pick(2) == 0) plan.queues[0].name = "wan";
    if (pick(2) == 0) std::swap(plan.queues[0], plan.queues[1]);
    if (pick(3) == 0) plan.queues[2].name = "inbox";
    if (pick(3) == 0) plan.priorities.levels = {"P1", "P3", "P2", "P9", "P5"};
    ranks_.clear();
    return [plan](Scene& scene) { scene.adopt(plan); };
  }

  Verdict any_verdict() {
    constexpr std::array<std::uint16_t, 4> queues{network, servers, triage, rules::no_queue};
    auto verdict = verdict_of(static_cast<std::uint8_t>(pick(5)), queues[pick(queues.size())]);
    verdict.impact = static_cast<Level>(pick(4));
    return verdict;
  }

  void check_invariants() {
    const auto& desk = live_.desk;
    std::map<AlarmId, IncidentId> owner;
    std::uint64_t alerts = 0;
    for (IncidentId id = 1; id <= desk.last_incident(); ++id) {
      for (const auto alarm : desk.alarms_of(id)) {
        REQUIRE(owner.emplace(alarm, id).second);  // an alarm belongs to one incident at a time
        REQUIRE(desk.membership(alarm)->incident == id);
      }
      alerts += live_.alerts_counted(id);
      check_incident(id);
    }
    std::uint64_t all_alerts = 0;
    for (AlarmId alarm = 1; alarm <= last_alarm_; ++alarm) {
      const auto membership = desk.membership(alarm);
      REQUIRE((membership && membership->active) == live_.active(alarm));
      if (!membership) continue;
      REQUIRE(owner.at(alarm) == membership->incident);
      all_alerts += live_.count(alarm);
    }
    REQUIRE(alerts == all_alerts);  // every firing alert counts in exactly one incident
    check_backlog();
  }

  void check_incident(IncidentId id) {
    const auto& head = live_.incident(id);
    REQUIRE(head.timeline_count == live_.desk.timeline(id).size());
    REQUIRE(head.severity <= head.severity_worst);
    const auto firing = live_.desk.firing(id);
    REQUIRE(is_known(head.quiet_since) == (firing == 0 && head.alarm_count > 0));
    REQUIRE(is_known(head.pending_until) == (head.state == State::pending));
    if (head.state == State::pending) REQUIRE(live_.desk.next_deadline() <= head.pending_until);
    if (is_open(head.state)) REQUIRE((head.state == State::fresh) == head.person.empty());
    if (head.state == State::resolved && firing == 0) {
      const Time deadline = std::max(head.resolved_at, head.quiet_since) + live_.setup.close_after;
      REQUIRE(live_.desk.next_deadline() <= deadline);
    }
    if (!is_open(head.state)) return;
    REQUIRE(live_.setup.plan->find(head.queue) != nullptr);
    const auto rank = live_.setup.plan->priorities.find(head.priority);
    REQUIRE(rank.has_value());
    const auto [before, first] = ranks_.emplace(id, *rank);
    REQUIRE(*rank <= before->second);  // a priority never falls by itself
    before->second = *rank;
  }

  void check_backlog() {
    std::map<std::string, std::map<std::string, std::array<std::uint64_t, 4>>> open;
    std::map<std::string, std::map<std::string, std::uint64_t>> unacked;
    std::map<std::string, Time> oldest;
    for (IncidentId id = 1; id <= live_.desk.last_incident(); ++id) {
      const auto& head = live_.incident(id);
      if (!is_open(head.state)) continue;
      ++open[head.queue][head.priority][static_cast<std::size_t>(head.state)];
      if (head.acknowledged_by.empty()) ++unacked[head.queue][head.priority];
      const auto [at, first] = oldest.emplace(head.queue, head.opened_at);
      at->second = std::min(at->second, head.opened_at);
    }
    for (const auto& backlog : live_.desk.backlog()) {
      for (const auto& [level, counts] : backlog.open) {
        REQUIRE(counts == open[backlog.queue][level]);
        REQUIRE(backlog.unacked.at(level) == unacked[backlog.queue][level]);
      }
      REQUIRE(backlog.oldest_at == oldest[backlog.queue]);
    }
  }

  std::mt19937_64 random_;
  Scene live_, twin_;
  Written written_;
  AlarmId last_alarm_ = 0;
  std::map<IncidentId, std::uint8_t> ranks_;
};

TEST_CASE("a restored desk behaves like the one that never stopped, and no invariant breaks") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    Run run{seed};
    for (int turn = 0; turn < 120; ++turn) {
      CAPTURE(turn);
      run.turn();
    }
    CHECK(run.incidents() > 20);
  }
}

}  // namespace
}  // namespace deskd::desk::test
