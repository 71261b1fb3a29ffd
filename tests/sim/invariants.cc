#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/sim/world.h"

namespace deskd::sim {

namespace {

void check_books(const connectors::Accounts& accounts) {
  for (const auto& books : accounts.read(false)) {
    CAPTURE(books.source);
    CHECK(books.received == books.in_flight + books.outcomes.total());
  }
}

void check_alarm(const daemon::Core& core, const rules::AlarmState& alarm,
                 rules::Time grace_until) {
  CAPTURE(alarm.id);
  bool fires = false;
  auto worst = rules::Severity::unknown;
  for (const auto& origin : core.correlator().origins_of(alarm.id)) {
    CHECK(origin.alarm == alarm.id);
    if (origin.status == rules::Status::firing) {
      fires = true;
      worst = std::max(worst, origin.severity);
      // An end by silence is never early, and never late by more than the grace after a start.
      // Of a source that reads a backlog it is neither, by the time of that.
      const auto times = core.progress().times();
      const auto own = origin.source < times.size() ? times[origin.source] : rules::Time{};
      if (rules::is_known(own) && rules::is_known(origin.ends_at)) {
        CHECK(origin.ends_at > own);
      } else if (rules::is_known(origin.ends_at) && core.now() >= grace_until) {
        CHECK(origin.ends_at > core.now());
      }
    } else if (origin.ended_by == rules::ClearCause::silence) {
      CHECK(origin.ends_at <= core.now());
    }
  }
  CHECK(alarm.active == fires);
  if (fires) CHECK(alarm.severity == worst);
  if (alarm.count == 0) return;
  const auto membership = core.desk().membership(alarm.id);
  REQUIRE(membership.has_value());
  CHECK(membership->active == alarm.active);
  const auto members = core.desk().alarms_of(membership->incident);
  CHECK(std::count(members.begin(), members.end(), alarm.id) == 1);
}

void check_incident(const daemon::Core& core, const desk::Incident& incident) {
  CAPTURE(incident.id);
  std::uint64_t firing = 0;
  auto worst = rules::Severity::unknown;
  for (const auto alarm : core.desk().alarms_of(incident.id)) {
    const auto state = core.correlator().find(alarm);
    REQUIRE(state.has_value());
    CHECK(core.desk().membership(alarm)->incident == incident.id);
    if (!state->active) continue;
    ++firing;
    worst = std::max(worst, state->severity);
  }
  CHECK(core.desk().firing(incident.id) == firing);
  if (firing > 0) CHECK(incident.severity == worst);
  CHECK(core.setup().plan.priorities.find(incident.priority).has_value());
  if (is_open(incident.state)) {
    CHECK(core.setup().plan.find(incident.queue) != nullptr);
    CHECK(!rules::is_known(incident.resolved_at));
    // All alarms clear resolves what nobody works on.
    const bool untouched =
        incident.state == desk::State::fresh || incident.state == desk::State::assigned;
    const bool reopened = incident.resolved_by_hand || incident.version > 1;
    if (untouched && !reopened && incident.alarm_count > 0) CHECK(firing > 0);
    CHECK((incident.state == desk::State::fresh) == incident.person.empty());
  }
  const bool is_pending = incident.state == desk::State::pending;
  CHECK(rules::is_known(incident.pending_until) == is_pending);
  CHECK((incident.state == desk::State::closed) == rules::is_known(incident.closed_at));
}

/// Lists and counts say of every incident what its head says.
void check_orders(const daemon::Core& core) {
  const auto& plan = core.setup().plan;
  desk::UrgencyOrder by_urgency;
  desk::UpdateOrder by_update;
  using Counts = std::map<std::string, std::array<std::uint64_t, 4>>;
  std::map<std::string, Counts> open;
  for (desk::IncidentId id = 1; id <= core.desk().last_incident(); ++id) {
    const auto incident = core.desk().find(id).value();
    by_update.insert({incident.updated_at, id});
    if (!is_open(incident.state)) continue;
    by_urgency.insert({.incident = id, .priority = *plan.priorities.find(incident.priority)});
    ++open[incident.queue][incident.priority][static_cast<std::size_t>(incident.state)];
  }
  CHECK(core.desk().by_urgency() == by_urgency);
  CHECK(core.desk().by_update() == by_update);
  for (const auto& backlog : core.desk().backlog())
    for (const auto& [level, counts] : backlog.open) CHECK(counts == open[backlog.queue][level]);
}

}  // namespace

void check_invariants(const daemon::Core& core, const connectors::Accounts& accounts,
                      rules::Time grace_until) {
  check_books(accounts);
  for (rules::AlarmId id = 1; id <= core.correlator().last_alarm(); ++id) {
    if (const auto alarm = core.correlator().find(id)) check_alarm(core, *alarm, grace_until);
  }
  for (desk::IncidentId id = 1; id <= core.desk().last_incident(); ++id) {
    const auto incident = core.desk().find(id);
    REQUIRE(incident.has_value());
    check_incident(core, *incident);
  }
  check_orders(core);
}

std::string World::dump(const daemon::Core& core) {
  // The entities as recovery knows them, in the bytes of the ledger.
  ledger::StateWriter writer;
  for (rules::AlarmId id = 1; id <= core.correlator().last_alarm(); ++id) {
    const auto alarm = core.correlator().find(id);
    if (!alarm) continue;
    writer.put(*alarm);
    writer.put(id, *core.correlator().find_text(id));
    auto origins = core.correlator().origins_of(id);
    std::ranges::sort(origins, {}, &rules::OriginView::id);
    for (const auto& origin : origins) writer.put(origin);
    if (const auto membership = core.desk().membership(id)) writer.put(*membership);
  }
  for (desk::IncidentId id = 1; id <= core.desk().last_incident(); ++id) {
    const auto incident = core.desk().find(id);
    writer.put(*incident);
    const auto timeline = core.desk().timeline(id);
    std::uint64_t index = incident->timeline_count - timeline.size();
    for (const auto& entry : timeline) writer.put({id, index++}, entry);
  }
  const auto bus = core.source_number("bus");
  const auto positions = core.positions_of("bus");
  for (const auto& [topic, partition, next, restarted] : positions.partitions) {
    writer.put(ledger::SourcePosition{bus, topic, static_cast<std::uint32_t>(partition),
                                      static_cast<std::uint64_t>(next)});
  }
  for (const auto& [id, letter] : core.dead_letters().all()) writer.put(letter);
  return writer.take();
}

}  // namespace deskd::sim
