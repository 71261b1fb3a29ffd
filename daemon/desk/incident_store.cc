#include "daemon/desk/incident_store.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "config/check.h"
#include "config/limits.h"

namespace deskd::desk {

namespace {

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

std::uint32_t IncidentRecord::firing() const {
  return std::accumulate(active.begin(), active.end(), std::uint32_t{0});
}

const IncidentRecord* IncidentStore::find(IncidentId incident) const {
  return incident == 0 || incident > records_.size() ? nullptr : records_[incident - 1].get();
}

IncidentRecord* IncidentStore::find(IncidentId incident) {
  return incident == 0 || incident > records_.size() ? nullptr : records_[incident - 1].get();
}

IncidentRecord& IncidentStore::of(const Membership& membership) {
  auto* record = find(membership.incident);
  DESKD_CHECK(record != nullptr);
  return *record;
}

const Membership* IncidentStore::membership(AlarmId alarm) const {
  if (alarm == 0 || alarm > memberships_.size()) return nullptr;
  const auto& membership = memberships_[alarm - 1];
  return membership.incident == 0 ? nullptr : &membership;
}

Membership* IncidentStore::membership(AlarmId alarm) {
  return const_cast<Membership*>(std::as_const(*this).membership(alarm));
}

const TimelineEntry* IncidentStore::find_entry(const TimelineKey& key) const {
  const auto* record = find(key.incident);
  if (record == nullptr || key.index >= record->head.timeline_count) return nullptr;
  const std::uint64_t first = record->head.timeline_count - record->timeline.size();
  return key.index < first ? nullptr : &record->timeline[key.index - first];
}

IncidentRecord& IncidentStore::slot(IncidentId incident) {
  DESKD_CHECK(incident != 0);
  if (incident > records_.size()) records_.resize(incident);
  auto& record = records_[incident - 1];
  if (!record) record = std::make_unique<IncidentRecord>();
  return *record;
}

Membership& IncidentStore::membership_slot(AlarmId alarm) {
  DESKD_CHECK(alarm != 0);
  if (alarm > memberships_.size()) memberships_.resize(alarm);
  return memberships_[alarm - 1];
}

IncidentRecord& IncidentStore::make() {
  const IncidentId id = last() + 1;
  auto& record = slot(id);
  record.head.id = id;
  record.head.version = 0;  // its first change makes it 1
  return record;
}

void IncidentStore::note_changed(IncidentRecord& record) {
  if (std::exchange(record.changed, true)) return;
  changes_.incidents.push_back(record.head.id);
}

void IncidentStore::write(IncidentRecord& record, TimelineEntry entry) {
  changes_.timeline.push_back({record.head.id, record.head.timeline_count++});
  record.timeline.push_back(std::move(entry));
  ++record.entries_untaken;
  trim(record);
}

// What has not been handed out yet must still be found when it is: a turn may write more entries
// than memory keeps.
void IncidentStore::trim(IncidentRecord& record) {
  const std::size_t kept =
      std::max<std::size_t>(limits::timeline_entries_max, record.entries_untaken);
  while (record.timeline.size() > kept) record.timeline.pop_front();
}

Membership& IncidentStore::join(AlarmId alarm, IncidentRecord& record, std::uint64_t count_before) {
  auto& membership = membership_slot(alarm);
  DESKD_CHECK(membership.incident == 0);
  membership = {
      .alarm = alarm, .incident = record.head.id, .active = false, .count_before = count_before};
  record.alarms.insert(std::ranges::upper_bound(record.alarms, alarm), alarm);
  ++record.head.alarm_count;
  note(membership);
  return membership;
}

void IncidentStore::leave(Membership& membership, std::uint64_t count) {
  auto& record = of(membership);
  if (membership.active) count_active(membership, -1);
  record.head.alert_count_left += count - std::min(count, membership.count_before);
  record.alarms.erase(std::ranges::lower_bound(record.alarms, membership.alarm));
  membership.active = false;
  membership.incident = 0;
}

void IncidentStore::count_active(const Membership& membership, int change) {
  of(membership).active[static_cast<std::size_t>(membership.severity)] +=
      static_cast<std::uint32_t>(change);
}

void IncidentStore::activate(Membership& membership, Severity severity) {
  DESKD_CHECK(!membership.active);
  membership.active = true;
  membership.severity = severity;
  count_active(membership, +1);
  note(membership);
}

void IncidentStore::set_severity(Membership& membership, Severity severity) {
  DESKD_CHECK(membership.active);
  count_active(membership, -1);
  membership.severity = severity;
  count_active(membership, +1);
  note(membership);
}

void IncidentStore::quieten(Membership& membership, Severity severity) {
  DESKD_CHECK(membership.active);
  count_active(membership, -1);
  membership.active = false;
  membership.severity = severity;
  note(membership);
}

void IncidentStore::note_released(AlarmId alarm, bool released) {
  releases_.emplace_back(alarm, released);
}

void IncidentStore::trim_overlong() {
  std::erase_if(overlong_, [this](IncidentId id) {
    auto& record = *records_[id - 1];
    trim(record);
    return record.timeline.size() <= limits::timeline_entries_max;
  });
}

DeskChanges IncidentStore::take_changes() {
  trim_overlong();
  for (const auto& key : changes_.timeline) {
    auto& record = *records_[key.incident - 1];
    record.entries_untaken = 0;
    if (record.timeline.size() > limits::timeline_entries_max) overlong_.push_back(key.incident);
  }
  sort_each_once(overlong_);
  for (const auto id : changes_.incidents) records_[id - 1]->changed = false;
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

void IncidentStore::restore(Incident incident) { slot(incident.id).head = std::move(incident); }

void IncidentStore::restore(Membership membership) {
  membership_slot(membership.alarm) = membership;
}

void IncidentStore::restore(const TimelineKey& key, TimelineEntry entry) {
  auto& record = slot(key.incident);
  if (restored_to_.size() < records_.size()) restored_to_.resize(records_.size());
  auto& restored_to = restored_to_[key.incident - 1];
  if (!record.timeline.empty() && key.index != restored_to) {
    strays_.emplace_back(key, std::move(entry));
    return;
  }
  restored_to = key.index + 1;
  record.timeline.push_back(std::move(entry));
  trim(record);
}

void IncidentStore::sort_in_strays() {
  std::map<IncidentId, std::map<std::uint64_t, TimelineEntry>> all;
  for (auto& [key, entry] : strays_) all[key.incident][key.index] = std::move(entry);
  strays_.clear();
  for (auto& [id, entries] : all) {
    auto& record = slot(id);
    auto& restored_to = restored_to_[id - 1];
    std::uint64_t index = restored_to - record.timeline.size();
    for (auto& entry : record.timeline) entries.insert_or_assign(index++, std::move(entry));
    record.timeline.clear();
    restored_to = entries.rbegin()->first + 1;
    // From the newest back, up to the first that is missing.
    for (std::uint64_t at = restored_to; at-- > 0;) {
      const auto found = entries.find(at);
      if (found == entries.end()) break;
      record.timeline.push_front(std::move(found->second));
      if (record.timeline.size() == limits::timeline_entries_max) break;
    }
  }
}

void IncidentStore::restored() {
  sort_in_strays();
  restored_to_.resize(records_.size());
  for (std::size_t place = 0; place < records_.size(); ++place) {
    auto& record = records_[place];
    if (!record) continue;
    DESKD_CHECK(record->head.id == place + 1);
    DESKD_CHECK(record->timeline.empty() || restored_to_[place] == record->head.timeline_count);
  }
  restored_to_ = {};
  for (const auto& membership : memberships_) {
    if (membership.incident == 0) continue;
    of(membership).alarms.push_back(membership.alarm);
    if (membership.active) count_active(membership, +1);
  }
}

}  // namespace deskd::desk
