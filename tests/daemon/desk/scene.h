#pragma once
// A desk with a plan, a clock that tests turn, and alarms that fire and clear when told to: the
// correlator's part is played by hand, in the order in which the correlator speaks.

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/desk/desk.h"
#include "rules/verdict.h"

namespace deskd::desk::test {

using namespace std::chrono_literals;
using rules::ClearCause;
using rules::Decision;
using rules::Level;
using rules::Signal;
using rules::Stated;
using rules::Verdict;

inline Time start_of_day() {
  return Time{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};
}

/// network (0), servers (1, auto_resolve: all), triage (2, catch-all); P1 to P5.
inline DeskPlan usual_plan() {
  DeskPlan plan;
  plan.queues = {{.name = "network", .team = "NOC"},
                 {.name = "servers", .team = "NOC", .resolves_in_progress = true},
                 {.name = "triage", .team = {}, .catch_all = true}};
  plan.catch_all = 2;
  return plan;
}

constexpr std::uint16_t network = 0;
constexpr std::uint16_t servers = 1;
constexpr std::uint16_t triage = 2;

/// What a test's alerts are judged to be.
inline Verdict verdict_of(std::uint8_t priority, std::uint16_t queue = network) {
  Verdict verdict;
  verdict.klass = "network.link";
  verdict.title = "Link down on edge-7";
  verdict.runbook = "https://wiki.example/uplink";
  verdict.impact = Level::high;
  verdict.urgency = Level::medium;
  verdict.priority = priority;
  verdict.queue = queue;
  return verdict;
}

inline Actor person(std::string name) { return {Actor::Kind::person, std::move(name)}; }

class Scene {
 public:
  Scene() : Scene(usual_plan()) {}
  explicit Scene(DeskPlan first) {
    plans_.push_back(std::move(first));
    setup = {.number = 1, .plan = &plans_.back()};
    former = setup;
    desk.adopt(setup, now);
  }

  Desk desk;
  DeskSetup setup;
  DeskSetup former;  // the one before
  Time now = start_of_day();

  /// A new setup takes over.
  void adopt(DeskPlan plan) {
    plans_.push_back(std::move(plan));
    former = setup;
    setup = {.number = setup.number + 1, .plan = &plans_.back()};
    desk.adopt(setup, now);
  }

  /// Raises the alarm, or repeats it when it is active (a change of severity follows).
  void fire(AlarmId alarm, Severity severity, const Verdict& verdict) {
    fire(alarm, severity, verdict, setup);
  }
  void fire(AlarmId alarm, Severity severity, const Verdict& verdict, const DeskSetup& judged_by) {
    auto& known = alarms_[alarm];
    const bool was_active = std::exchange(known.active, true);
    const auto before = std::exchange(known.severity, severity);
    Signal signal{.kind = was_active ? Signal::Kind::repeated : Signal::Kind::raised,
                  .alarm = alarm,
                  .severity = was_active ? before : severity,
                  .count = ++known.count,
                  .setup = judged_by.number,
                  .verdict = &verdict};
    desk.apply(signal, judged_by, now);
    if (!was_active || before == severity) return;
    signal.kind = severity > before ? Signal::Kind::worsened : Signal::Kind::improved;
    signal.severity = severity;
    desk.apply(signal, judged_by, now);
  }
  void fire(AlarmId alarm, Severity severity = Severity::major) {
    fire(alarm, severity, verdict_of(2));
  }

  void clear(AlarmId alarm, ClearCause cause = ClearCause::resolved, AlarmId other = 0,
             const ByHand* by_hand = nullptr) {
    auto& known = alarms_[alarm];
    known.active = false;
    const Signal signal{.kind = Signal::Kind::cleared,
                        .alarm = alarm,
                        .other = other,
                        .severity = known.severity,
                        .cause = cause,
                        .count = known.count};
    desk.apply(signal, setup, now, by_hand);
  }

  /// The only origin of `from` is judged to another identity, whose alarm is `to`.
  void move(AlarmId from, AlarmId to, Severity severity, const Verdict& verdict) {
    desk.apply({.kind = Signal::Kind::moved,
                .alarm = to,
                .other = from,
                .severity = severity,
                .count = alarms_[to].count + 1,
                .setup = setup.number,
                .verdict = &verdict},
               setup, now);
    fire(to, severity, verdict);
    clear(from, ClearCause::reidentified, to);
  }

  std::expected<IncidentId, Refusal> act(IncidentId incident, ActionKind kind,
                                         std::string text = {}) {
    return desk.act(incident, {.kind = kind, .actor = person("anna"), .text = std::move(text)},
                    now);
  }
  std::expected<IncidentId, Refusal> act(IncidentId incident, const Action& action) {
    return desk.act(incident, action, now);
  }

  /// An alarm that never fired before opens an incident, which anna then brings to `state`.
  IncidentId incident_in(State state) {
    fire(++last_alarm_);
    const auto incident = desk.last_incident();
    if (state == State::fresh) return incident;
    if (!act(incident, ActionKind::take)) return 0;
    const std::map<State, std::vector<ActionKind>> ways{
        {State::in_progress, {ActionKind::start}},
        {State::resolved, {ActionKind::resolve}},
        {State::closed, {ActionKind::resolve, ActionKind::close}},
        {State::cancelled, {ActionKind::cancel}}};
    if (const auto way = ways.find(state); way != ways.end())
      for (const auto kind : way->second) (void)act(incident, kind);
    if (state == State::pending)
      (void)act(incident, {.kind = ActionKind::pend, .actor = person("anna"), .until = now + 1h});
    return incident;
  }

  // What stands there now.
  bool active(AlarmId alarm) const { return alarms_.contains(alarm) && alarms_.at(alarm).active; }
  std::uint64_t count(AlarmId alarm) const { return alarms_.at(alarm).count; }
  Incident incident(IncidentId id) const { return desk.find(id).value(); }
  State state(IncidentId id) const { return incident(id).state; }
  std::vector<std::string> actions(IncidentId id) const {
    std::vector<std::string> names;
    for (const auto& entry : desk.timeline(id)) names.push_back(entry.action);
    return names;
  }
  TimelineEntry last_entry(IncidentId id) const { return desk.timeline(id).back(); }
  std::vector<AlarmId> alarms_of(IncidentId id) const {
    const auto alarms = desk.alarms_of(id);
    return {alarms.begin(), alarms.end()};
  }
  std::uint64_t alerts_counted(IncidentId id) const {
    auto count = incident(id).alert_count_left;
    for (const auto alarm : desk.alarms_of(id))
      count += alarms_.at(alarm).count - desk.membership(alarm)->count_before;
    return count;
  }

 private:
  struct Alarm {
    bool active = false;
    Severity severity = Severity::unknown;
    std::uint64_t count = 0;
  };
  std::deque<DeskPlan> plans_;
  std::map<AlarmId, Alarm> alarms_;
  AlarmId last_alarm_ = 1'000;  // of incident_in; tests count theirs from 1
};

}  // namespace deskd::desk::test
