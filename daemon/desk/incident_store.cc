#include "daemon/desk/incident_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "config/check.h"
#include "config/limits.h"
#include "rules/fetching.h"

namespace deskd::desk {

namespace {

using rules::Contradiction;
using rules::may_follow;
using Entity = Contradiction::Entity;

// What a head takes mostly, and a timeline of few entries.
constexpr std::size_t head_bytes = 128;
constexpr std::size_t timeline_bytes = 64;

template <typename Key>
void sort_each_once(std::vector<Key>& keys) {
  std::ranges::sort(keys);
  keys.erase(std::ranges::unique(keys).begin(), keys.end());
}

}  // namespace

bool DeskChanges::empty() const {
  return incidents.empty() && memberships.empty() && timeline.empty() && released.empty() &&
         claimed.empty();
}

const IncidentRecord* IncidentStore::find(IncidentId incident) const {
  if (incident == 0 || incident > records_.size()) return nullptr;
  const auto& record = records_[incident - 1];
  return record.exists ? &record : nullptr;
}

IncidentRecord* IncidentStore::find(IncidentId incident) {
  return const_cast<IncidentRecord*>(std::as_const(*this).find(incident));
}

IncidentRecord& IncidentStore::of(const Membership& membership) {
  auto* record = find(membership.incident);
  DESKD_CHECK(record != nullptr);
  return *record;
}

const Incident& IncidentStore::look(const IncidentRecord& record, Incident& room) const {
  if (const auto* worked_on = unpacked(record)) return *worked_on;
  unpack(record.packed.view(), texts_, room);
  return room;
}

const Incident* IncidentStore::unpacked(const IncidentRecord& record) const {
  const auto found = unpacked_.find(&record);
  return found == unpacked_.end() ? nullptr : found->second.get();
}

Time IncidentStore::opened_at(IncidentId incident) const {
  const auto* record = find(incident);
  DESKD_CHECK(record != nullptr);
  const auto* worked_on = unpacked(*record);
  return worked_on != nullptr ? worked_on->opened_at : desk::opened_at(record->packed.view());
}

std::vector<TimelineEntry> IncidentStore::timeline(const IncidentRecord& record) const {
  return record.timeline.read(texts_);
}

std::optional<Membership> IncidentStore::membership(AlarmId alarm) const {
  if (alarm == 0 || alarm > places_.size()) return std::nullopt;
  const auto& place = places_[alarm - 1];
  if (place.incident == 0) return std::nullopt;
  return Membership{.alarm = alarm,
                    .incident = place.incident,
                    .active = place.active != 0,
                    .severity = static_cast<Severity>(place.severity),
                    .count_before = place.count_before};
}

std::span<const std::pair<Time, IncidentId>> IncidentStore::fetch(
    std::span<const rules::Fetched> alarms) const {
  const auto place = [this](const rules::Fetched& fetched) -> const Place* {
    const auto alarm = fetched.alarm;
    return alarm == 0 || alarm > places_.size() ? nullptr : &places_[alarm - 1];
  };
  for (const auto& alarm : alarms)
    if (const auto* its = place(alarm)) rules::ask_for(*its);
  fetching_.clear();
  for (const auto& alarm : alarms) {
    const auto* its = place(alarm);
    if (its == nullptr || its->incident == 0 || its->incident > records_.size()) continue;
    const auto& record = records_[its->incident - 1];
    rules::ask_for(record);
    if (alarm.changes) fetching_.emplace_back(&record, its->incident);
  }
  for (const auto& [record, incident] : fetching_) {
    rules::ask_for(record->packed.place(), head_bytes);
    rules::ask_for(record->timeline.place(), timeline_bytes);
  }
  fetched_.clear();
  for (const auto& [record, incident] : fetching_) {
    if (record->packed.empty()) continue;
    fetched_.emplace_back(desk::updated_at(record->packed.view()), incident);
  }
  return fetched_;
}

IncidentRecord& IncidentStore::slot(IncidentId incident) {
  DESKD_CHECK(incident != 0);
  if (incident > records_.size()) records_.resize(incident);
  return records_[incident - 1];
}

IncidentStore::Place& IncidentStore::place_slot(AlarmId alarm) {
  DESKD_CHECK(alarm != 0);
  if (alarm > places_.size()) places_.resize(alarm);
  return places_[alarm - 1];
}

IncidentStore::Place& IncidentStore::place_of(AlarmId alarm) {
  auto& place = place_slot(alarm);
  DESKD_CHECK(place.incident != 0);
  return place;
}

IncidentRecord& IncidentStore::make() {
  const IncidentId id = last() + 1;
  auto& record = slot(id);
  record.exists = true;
  auto& fresh = head(record);
  fresh.id = id;
  fresh.version = 0;  // its first change makes it 1
  return record;
}

Incident& IncidentStore::head(IncidentRecord& record) {
  if (std::exchange(is_turn_over_, false)) pack_heads();
  auto& head = unpacked_[&record];
  if (head != nullptr) return *head;
  if (spare_.empty()) spare_.push_back(std::make_unique<Incident>());
  head = std::move(spare_.back());
  spare_.pop_back();
  if (record.packed.empty())
    *head = {};
  else
    unpack(record.packed.view(), texts_, *head);
  return *head;
}

void IncidentStore::pack_head(IncidentRecord& record, const Incident& head) {
  packing_.clear();
  pack(head, texts_, packing_);
  if (!record.packed.empty()) release(record.packed.view(), texts_);
  record.packed.assign(packing_);
  record.exists = true;
}

void IncidentStore::pack_heads() {
  for (auto& [record, head] : unpacked_) {
    pack_head(slot(head->id), *head);
    if (spare_.size() < limits::heads_unpacked_max) spare_.push_back(std::move(head));
  }
  unpacked_.clear();
}

void IncidentStore::note_changed(IncidentRecord& record) {
  if (std::exchange(record.changed, true)) return;
  changes_.incidents.push_back(head(record).id);
}

void IncidentStore::write(IncidentRecord& record, TimelineEntry entry) {
  auto& written_to = head(record);
  record.timeline.keep_last(limits::timeline_entries_max - 1, texts_);
  record.timeline.push_back(entry, texts_);
  changes_.timeline.push_back({{written_to.id, written_to.timeline_count++}, std::move(entry)});
}

void IncidentStore::join(AlarmId alarm, IncidentRecord& record, std::uint64_t count_before) {
  auto& place = place_slot(alarm);
  DESKD_CHECK(place.incident == 0);
  auto& joined = head(record);
  place = {.incident = joined.id, .count_before = count_before};
  record.members.add(alarm);
  ++joined.alarm_count;
  changes_.memberships.push_back(alarm);
}

void IncidentStore::leave(AlarmId alarm, std::uint64_t count) {
  auto& place = place_of(alarm);
  auto& record = *find(place.incident);
  if (place.active != 0) record.members.uncount_active(static_cast<Severity>(place.severity));
  record.members.remove(alarm);
  head(record).alert_count_left += count - std::min(count, place.count_before);
  place.active = 0;
  place.incident = 0;
}

void IncidentStore::activate(AlarmId alarm, Severity severity) {
  auto& place = place_of(alarm);
  DESKD_CHECK(place.active == 0);
  place.active = 1;
  place.severity = static_cast<std::uint8_t>(severity);
  find(place.incident)->members.count_active(severity);
  changes_.memberships.push_back(alarm);
}

void IncidentStore::set_severity(AlarmId alarm, Severity severity) {
  auto& place = place_of(alarm);
  DESKD_CHECK(place.active != 0);
  auto& members = find(place.incident)->members;
  members.uncount_active(static_cast<Severity>(place.severity));
  members.count_active(severity);
  place.severity = static_cast<std::uint8_t>(severity);
  changes_.memberships.push_back(alarm);
}

void IncidentStore::quieten(AlarmId alarm, Severity severity) {
  auto& place = place_of(alarm);
  DESKD_CHECK(place.active != 0);
  find(place.incident)->members.uncount_active(static_cast<Severity>(place.severity));
  place.active = 0;
  place.severity = static_cast<std::uint8_t>(severity);
  changes_.memberships.push_back(alarm);
}

void IncidentStore::note_released(AlarmId alarm, bool released) {
  releases_.emplace_back(alarm, released);
}

// What changed is written and shown next, so it stays unpacked until the turn after this.
DeskChanges IncidentStore::take_changes() {
  is_turn_over_ = true;
  for (const auto id : changes_.incidents) records_[id - 1].changed = false;
  std::ranges::sort(changes_.incidents);
  sort_each_once(changes_.memberships);

  // An alarm may have been released and claimed in one turn: the last word counts.
  std::map<AlarmId, bool> last_word;
  for (const auto& [alarm, released] : releases_) last_word[alarm] = released;
  for (const auto& [alarm, released] : last_word)
    (released ? changes_.released : changes_.claimed).push_back(alarm);
  releases_.clear();
  return std::exchange(changes_, {});
}

bool IncidentStore::restore(const Incident& incident) {
  if (!may_follow(records_.size(), incident.id)) return false;
  pack_head(slot(incident.id), incident);
  return true;
}

bool IncidentStore::restore(const Membership& membership) {
  constexpr IncidentId incident_max = (IncidentId{1} << incident_bits) - 1;
  if (!may_follow(places_.size(), membership.alarm)) return false;
  if (membership.incident == 0 || membership.incident > incident_max) return false;
  place_slot(membership.alarm) = {.incident = membership.incident,
                                  .active = membership.active ? 1u : 0u,
                                  .severity = static_cast<std::uint8_t>(membership.severity),
                                  .count_before = membership.count_before};
  return true;
}

bool IncidentStore::restore(const TimelineKey& key, const TimelineEntryView& entry) {
  if (!may_follow(records_.size(), key.incident)) return false;
  if (key.index >= std::numeric_limits<std::uint64_t>::max()) return false;
  auto& record = slot(key.incident);
  if (restored_to_.size() < records_.size()) restored_to_.resize(records_.size());
  auto& restored_to = restored_to_[key.incident - 1];
  if (record.timeline.size() > 0 && key.index != restored_to) {
    strays_.push_back({key, entry.copy()});
    return true;
  }
  restored_to = key.index + 1;
  record.timeline.keep_last(limits::timeline_entries_max - 1, texts_);
  record.timeline.push_back(entry, texts_);
  return true;
}

void IncidentStore::sort_in_strays() {
  std::map<IncidentId, std::map<std::uint64_t, TimelineEntry>> all;
  for (auto& [key, entry] : strays_) all[key.incident][key.index] = std::move(entry);
  strays_.clear();
  for (auto& [id, entries] : all) {
    auto& record = slot(id);
    auto& restored_to = restored_to_[id - 1];
    std::uint64_t index = restored_to - record.timeline.size();
    for (auto& entry : record.timeline.read(texts_))
      entries.insert_or_assign(index++, std::move(entry));
    record.timeline.keep_last(0, texts_);
    restored_to = entries.rbegin()->first + 1;
    // The newest, back to the first that is missing.
    std::uint64_t first = restored_to;
    while (entries.contains(first - 1) && restored_to - first < limits::timeline_entries_max)
      --first;
    for (; first < restored_to; ++first) record.timeline.push_back(entries.at(first), texts_);
  }
}

std::optional<rules::Contradiction> IncidentStore::restore_members() {
  for (AlarmId alarm = 1; alarm <= places_.size(); ++alarm) {
    const auto& place = places_[alarm - 1];
    if (place.incident == 0) continue;
    auto* record = find(place.incident);
    if (record == nullptr) {
      return Contradiction{
          Entity::membership, alarm,
          fmt::format("names incident {}, which is not there", shown_id(place.incident))};
    }
    record->members.add(alarm);
    if (place.active != 0) record->members.count_active(static_cast<Severity>(place.severity));
  }
  return std::nullopt;
}

std::optional<rules::Contradiction> IncidentStore::contradiction_of(
    const IncidentRecord& record, const PackedIncidentView& head) const {
  const auto kept = record.timeline.size();
  const auto written = restored_to_[head.id - 1];
  if (written != head.timeline_count) {
    return Contradiction{Entity::incident, head.id,
                         fmt::format("counts {} timeline entries, but {} were written",
                                     head.timeline_count, written)};
  }
  if (written > kept && kept < limits::timeline_entries_max) {
    return Contradiction{Entity::timeline, head.id,
                         fmt::format("lacks its entry number {}", written - kept)};
  }
  const auto members = record.members.alarms().size();
  if (members > head.alarm_count) {
    return Contradiction{
        Entity::incident, head.id,
        fmt::format("counts {} alarms, but {} belong to it", head.alarm_count, members)};
  }
  if (is_known(head.pending_until) && head.state != State::pending) {
    return Contradiction{Entity::incident, head.id,
                         fmt::format("is {}, but is to wake", name(head.state))};
  }
  return std::nullopt;
}

std::optional<rules::Contradiction> IncidentStore::restored(
    const std::function<void(const IncidentRecord&, const PackedIncidentView&)>& each) {
  sort_in_strays();
  if (auto contradiction = restore_members()) return contradiction;
  restored_to_.resize(records_.size());
  for (IncidentId id = 1; id <= last(); ++id) {
    const auto& record = records_[id - 1];
    if (!record.exists) {
      if (record.timeline.size() == 0) continue;
      return Contradiction{Entity::timeline, id, "is of an incident that is not there"};
    }
    const auto head = view(record);
    DESKD_CHECK(head.id == id);
    if (auto contradiction = contradiction_of(record, head)) return contradiction;
    each(record, head);
  }
  restored_to_ = {};
  return std::nullopt;
}

}  // namespace deskd::desk
