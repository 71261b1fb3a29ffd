#include "daemon/desk/desk.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/check.h"
#include "config/limits.h"
#include "rules/utf8.h"

namespace deskd::desk {

void Desk::adopt(const DeskSetup& setup, Time now) {
  DESKD_CHECK(setup.plan != nullptr && setup.plan->catch_all < setup.plan->queues.size());
  setup_ = setup;
  queues_.clear();
  for (const auto& queue : setup_.plan->queues)
    queues_.emplace(queue.name, static_cast<std::uint16_t>(queues_.size()));
  DESKD_CHECK(queues_.size() == setup_.plan->queues.size());
  backlogs_.reset(*setup_.plan);

  const auto& priorities = setup_.plan->priorities;
  for (IncidentId id = 1; id <= store_.last(); ++id) {
    auto* record = store_.find(id);
    if (record == nullptr) continue;
    record->counted.reset();
    if (is_open(record->head.state))
      place_in_plan(*record, now);
    else
      record->priority = priorities.find(record->head.priority).value_or(priorities.otherwise);
    count(*record);
  }
  settle(now);
}

// An incident that is open has a queue and a priority of the current plan.
void Desk::place_in_plan(IncidentRecord& record, Time now) {
  const auto& plan = *setup_.plan;
  auto& head = record.head;
  if (const auto queue = queues_.find(head.queue); queue != queues_.end()) {
    record.queue = queue->second;
  } else {
    record.queue = plan.catch_all;
    const auto& name = plan.queues[plan.catch_all].name;
    write(record, {now, "deskd", "queue",
                   fmt::format("queue {} is gone: moved to the catch-all {}", head.queue, name)});
    head.queue = name;
  }
  if (const auto priority = plan.priorities.find(head.priority)) {
    record.priority = *priority;
  } else {
    record.priority = plan.priorities.otherwise;
    const auto& name = plan.priorities.levels[record.priority];
    write(record, {now, "deskd", "priority",
                   fmt::format("priority {} is gone: the default {}", head.priority, name)});
    head.priority = name;
  }
}

void Desk::touch(IncidentRecord& record) {
  if (!std::exchange(record.touched, true)) touched_.push_back(&record);
}

void Desk::write(IncidentRecord& record, TimelineEntry entry) {
  entry.actor.resize(rules::cut_bytes(entry.actor, limits::title_bytes_max).size());
  entry.text.resize(rules::cut_bytes(entry.text, limits::note_bytes_max).size());
  store_.write(record, std::move(entry));
  touch(record);
}

// One call makes one new version of an incident, however many of its fields it changed.
void Desk::settle(Time now) {
  for (auto* record : touched_) {
    record->touched = false;
    ++record->head.version;
    record->head.updated_at = now;
    store_.note_changed(*record);
    count(*record);
    wind_clocks(*record);
    list(*record);
  }
  touched_.clear();
}

void Desk::count(IncidentRecord& record) {
  const auto& head = record.head;
  std::optional<BacklogPlace> place;
  if (is_open(head.state)) {
    place = BacklogPlace{.queue = record.queue,
                         .priority = record.priority,
                         .state = head.state,
                         .acked = is_known(head.acknowledged_at)};
  }
  if (place == record.counted) return;
  if (record.counted) backlogs_.remove(head, *record.counted);
  if (place) backlogs_.add(head, *place);
  record.counted = place;
}

void Desk::wind_clocks(IncidentRecord& record) {
  const auto& head = record.head;
  const auto wind = [&head](auto& clock, Time& stands_at, Time at) {
    if (at == stands_at) return;
    if (is_known(stands_at)) clock.erase({stands_at, head.id});
    if (is_known(at)) clock.emplace(at, head.id);
    stands_at = at;
  };
  const bool waits = head.state == State::resolved && record.firing() == 0;
  wind(close_clock_, record.closes_after,
       waits ? std::max(head.resolved_at, head.quiet_since) : Time{});
  wind(wake_clock_, record.wakes_at, head.pending_until);
}

// What changed now goes to the end, and a list that keeps its length needs no new memory.
void Desk::list(IncidentRecord& record) {
  const std::pair entry{record.head.updated_at, record.head.id};
  if (entry.first == record.listed_at) return;
  if (auto node = by_update_.extract({record.listed_at, entry.second})) {
    node.value() = entry;
    by_update_.insert(by_update_.end(), std::move(node));
  } else {
    by_update_.insert(by_update_.end(), entry);
  }
  record.listed_at = entry.first;
}

void Desk::restored() {
  store_.restored();
  for (IncidentId id = 1; id <= store_.last(); ++id) {
    auto* record = store_.find(id);
    if (record == nullptr) continue;
    wind_clocks(*record);
    list(*record);
  }
}

const Incident* Desk::find(IncidentId incident) const {
  const auto* record = store_.find(incident);
  return record == nullptr ? nullptr : &record->head;
}

std::vector<AlarmId> Desk::alarms_of(IncidentId incident) const {
  const auto* record = store_.find(incident);
  return record == nullptr ? std::vector<AlarmId>{} : record->alarms;
}

std::uint64_t Desk::firing(IncidentId incident) const {
  const auto* record = store_.find(incident);
  return record == nullptr ? 0 : record->firing();
}

const std::deque<TimelineEntry>& Desk::timeline(IncidentId incident) const {
  static const std::deque<TimelineEntry> none;
  const auto* record = store_.find(incident);
  return record == nullptr ? none : record->timeline;
}

std::optional<TimelineEntry> Desk::timeline_gap(IncidentId incident) const {
  const auto* record = store_.find(incident);
  if (record == nullptr || record->head.timeline_count == record->timeline.size())
    return std::nullopt;
  const auto gone = record->head.timeline_count - record->timeline.size();
  const Time before = record->timeline.empty() ? record->head.updated_at : record->timeline[0].at;
  return TimelineEntry{before, "deskd", "cut",
                       fmt::format("{} older entries are no longer in memory", gone)};
}

std::vector<Backlog> Desk::backlog() const {
  return setup_.plan == nullptr ? std::vector<Backlog>{} : backlogs_.read(*setup_.plan);
}

}  // namespace deskd::desk
