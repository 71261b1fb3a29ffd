#include "daemon/desk/desk.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "config/check.h"
#include "config/limits.h"
#include "rules/utf8.h"

namespace deskd::desk {

namespace {

/// Whether the same indexes stand for the same queues and priorities.
bool has_same_words(const DeskPlan& a, const DeskPlan& b) {
  return std::ranges::equal(a.queues, b.queues, {}, &Queue::name, &Queue::name) &&
         a.priorities.levels == b.priorities.levels &&
         a.priorities.otherwise == b.priorities.otherwise;
}

/// What the plan has under names that many incidents share, looked for once for each.
template <typename Find>
class Found {
 public:
  explicit Found(Find find) : find_(std::move(find)) {}

  auto of(SharedTexts::Handle name, const IncidentStore& store) {
    const auto [found, is_new] = found_.try_emplace(name);
    if (is_new) found->second = find_(store.text(name));
    return found->second;
  }

 private:
  using Result = std::invoke_result_t<Find, std::string_view>;
  Find find_;
  boost::unordered_flat_map<SharedTexts::Handle, Result> found_;
};

/// Where an open incident is to be counted.
BacklogPlace place_of(const IncidentRecord& record, const auto& head) {
  return {.queue = record.queue,
          .priority = record.priority,
          .state = head.state,
          .acked = is_known(head.acknowledged_at)};
}

}  // namespace

void Desk::adopt(const DeskSetup& setup, Time now) {
  DESKD_CHECK(setup.plan != nullptr && setup.plan->catch_all < setup.plan->queues.size());
  const bool all_stays = adopted_ && has_same_words(*adopted_, *setup.plan);
  adopted_ = *setup.plan;
  setup_ = setup;
  queues_.clear();
  for (const auto& queue : setup_.plan->queues)
    queues_.emplace(queue.name, static_cast<std::uint16_t>(queues_.size()));
  DESKD_CHECK(queues_.size() == setup_.plan->queues.size());
  if (all_stays) return;  // a million incidents would be a second, in which nothing else happens
  backlogs_.reset(*setup_.plan);
  store_.pack_heads();
  Found queues([this](std::string_view name) {
    const auto queue = queues_.find(name);
    return queue == queues_.end() ? std::nullopt : std::optional(queue->second);
  });
  const auto& plan_priorities = setup_.plan->priorities;
  Found priorities([&](std::string_view name) { return plan_priorities.find(name); });
  for (IncidentId id = 1; id <= store_.last(); ++id) {
    auto* record = store_.find(id);
    if (record == nullptr) continue;
    record->counted.reset();
    const auto head = IncidentStore::view(*record);
    const auto queue = queues.of(head.queue, store_);
    const auto priority = priorities.of(head.priority, store_);
    if (!is_open(head.state)) {
      record->priority = priority.value_or(plan_priorities.otherwise);
    } else if (queue && priority) {
      record->queue = *queue;
      record->priority = *priority;
      record->counted = place_of(*record, head);
      backlogs_.add(id, *record->counted);
    } else {
      place_in_plan(*record, now);  // touched, so it is counted in the end
    }
    if (store_.heads_unpacked() >= limits::heads_unpacked_max) settle(now);
  }
  settle(now);
}

void Desk::fetch(std::span<const rules::Fetched> alarms) const {
  for (const auto& [updated_at, incident] : store_.fetch(alarms)) {
    by_update_.fetch({updated_at, incident});
    if (const auto* record = store_.find(incident); record != nullptr && record->counted)
      backlogs_.fetch(incident, *record->counted);
  }
}

// An incident that is open has a queue and a priority of the current plan.
void Desk::place_in_plan(IncidentRecord& record, Time now) {
  const auto& plan = *setup_.plan;
  auto& head = store_.head(record);
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

// One call makes one new version of an incident, however many of its fields it changed. What
// changed last goes to the end of `by_update_`.
void Desk::settle(Time now) {
  for (auto* record : touched_) {
    record->touched = false;
    auto& head = store_.head(*record);
    ++head.version;
    if (head.updated_at != now) {
      if (is_known(head.updated_at)) by_update_.erase({head.updated_at, head.id});
      by_update_.insert({now, head.id});
      head.updated_at = now;
    }
    store_.note_changed(*record);
    count(*record, head);
    wind_clocks(*record, head);
  }
  touched_.clear();
  if (store_.heads_unpacked() >= limits::heads_unpacked_max) store_.pack_heads();
}

void Desk::count(IncidentRecord& record, const Incident& head) {
  std::optional<BacklogPlace> place;
  if (is_open(head.state)) place = place_of(record, head);
  if (place == record.counted) return;
  if (record.counted) backlogs_.remove(head.id, *record.counted);
  if (place) backlogs_.add(head.id, *place);
  record.counted = place;
}

void Desk::wind_clocks(const IncidentRecord& record, const auto& head) {
  const bool waits = head.state == State::resolved && record.members.firing() == 0;
  close_clock_.wind(head.id, waits ? std::max(head.resolved_at, head.quiet_since) : Time{});
  wake_clock_.wind(head.id, head.pending_until);
}

std::optional<rules::Contradiction> Desk::restored() {
  std::vector<UpdateOrder::key_type> updates;
  updates.reserve(store_.last());
  auto contradiction =
      store_.restored([&](const IncidentRecord& record, const PackedIncidentView& head) {
        wind_clocks(record, head);
        updates.emplace_back(head.updated_at, head.id);
      });
  if (contradiction) return contradiction;
  if (!std::ranges::is_sorted(updates)) std::ranges::sort(updates);
  for (const auto& update : updates) by_update_.insert(update);
  return std::nullopt;
}

std::optional<Incident> Desk::find(IncidentId incident) const {
  Incident room;
  const auto* head = look(incident, room);
  if (head == nullptr) return std::nullopt;
  return head == &room ? std::move(room) : *head;
}

const Incident* Desk::look(IncidentId incident, Incident& room) const {
  const auto* record = store_.find(incident);
  return record == nullptr ? nullptr : &store_.look(*record, room);
}

std::span<const AlarmId> Desk::alarms_of(IncidentId incident) const {
  const auto* record = store_.find(incident);
  return record == nullptr ? std::span<const AlarmId>{} : record->members.alarms();
}

std::uint64_t Desk::firing(IncidentId incident) const {
  const auto* record = store_.find(incident);
  return record == nullptr ? 0 : record->members.firing();
}

std::vector<TimelineEntry> Desk::timeline(IncidentId incident) const {
  const auto* record = store_.find(incident);
  return record == nullptr ? std::vector<TimelineEntry>{} : store_.timeline(*record);
}

std::optional<TimelineEntry> Desk::timeline_gap(IncidentId incident) const {
  const auto head = find(incident);
  if (!head) return std::nullopt;
  const auto& timeline = store_.find(incident)->timeline;
  if (head->timeline_count == timeline.size()) return std::nullopt;
  const Time before = timeline.size() == 0 ? head->updated_at : timeline.first_at();
  return TimelineEntry{before, "deskd", "cut",
                       fmt::format("{} older entries are no longer in memory",
                                   head->timeline_count - timeline.size())};
}

std::vector<Backlog> Desk::backlog() const {
  if (setup_.plan == nullptr) return {};
  auto backlogs = backlogs_.read(*setup_.plan);
  for (auto& backlog : backlogs)
    if (backlog.oldest != 0) backlog.oldest_at = store_.opened_at(backlog.oldest);
  return backlogs;
}

}  // namespace deskd::desk
