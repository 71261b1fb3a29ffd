#include "rules/correlator/alarm_table.h"

#include <utility>

#include "config/check.h"
#include "rules/correlator/hash.h"

namespace deskd::rules {

bool AlarmRecord::fires() const {
  for (const std::uint32_t origins : firing) {
    if (origins != 0) return true;
  }
  return false;
}

Severity AlarmRecord::worst() const {
  for (std::size_t rank = severity_count; rank-- > 0;) {
    if (firing[rank] != 0) return static_cast<Severity>(rank);
  }
  return Severity::unknown;
}

AlarmTable::AlarmTable() : by_identity_(0, Hash{this}, Equal{this}) {}

AlarmRecord* AlarmTable::find(AlarmId id) {
  return const_cast<AlarmRecord*>(std::as_const(*this).find(id));
}

const AlarmRecord* AlarmTable::find(AlarmId id) const {
  if (id == 0 || id > records_.size() || record(id).state.id == 0) return nullptr;
  return &record(id);
}

AlarmRecord* AlarmTable::find_identity(std::string_view packed) {
  const auto found = by_identity_.find(Identity{hash64(packed), packed});
  return found == by_identity_.end() ? nullptr : find(*found);
}

bool AlarmTable::Equal::operator()(const Identity& identity, AlarmId id) const {
  const AlarmRecord& record = table->record(id);
  // A packed identity says how long it is, so that none is the beginning of another.
  return record.identity_hash == identity.hash &&
         std::string_view(record.text.bytes()).starts_with(identity.packed);
}

AlarmRecord& AlarmTable::add(std::string_view packed_identity) {
  AlarmRecord& added = records_.emplace_back();
  added.state.id = records_.size();
  added.identity_hash = hash64(packed_identity);
  by_identity_.insert(added.state.id);
  state_changed(added);
  return added;
}

void AlarmTable::set_text(AlarmRecord& record, AlarmText text) {
  record.text = std::move(text);
  if (record.text_changed) return;
  record.text_changed = true;
  changed_texts_.push_back(record.state.id);
}

void AlarmTable::set_activity(AlarmRecord& record, bool active, Severity severity) {
  if (record.state.active) --active_[static_cast<std::size_t>(record.state.severity)];
  if (active) ++active_[static_cast<std::size_t>(severity)];
  record.state.active = active;
  record.state.severity = severity;
  state_changed(record);
}

void AlarmTable::forget(AlarmRecord& record) {
  DESKD_CHECK(!record.state.active && record.first_origin == 0);
  by_identity_.erase(record.state.id);
  record.state.forgotten = true;
  state_changed(record);
}

void AlarmTable::state_changed(AlarmRecord& record) {
  if (record.state_changed) return;
  record.state_changed = true;
  changed_states_.push_back(record.state.id);
}

std::vector<AlarmId> AlarmTable::take_changed_states() {
  for (const AlarmId id : changed_states_) records_[id - 1].state_changed = false;
  return std::exchange(changed_states_, {});
}

std::vector<AlarmId> AlarmTable::take_changed_texts() {
  for (const AlarmId id : changed_texts_) records_[id - 1].text_changed = false;
  return std::exchange(changed_texts_, {});
}

AlarmRecord& AlarmTable::make_room(AlarmId id) {
  DESKD_CHECK(id != 0);
  if (id > records_.size()) records_.resize(id);
  return records_[id - 1];
}

void AlarmTable::restore(AlarmState state) { make_room(state.id).state = state; }

void AlarmTable::restore(AlarmId id, AlarmText text) { make_room(id).text = std::move(text); }

void AlarmTable::restored() {
  by_identity_.reserve(records_.size());
  for (AlarmRecord& record : records_) {
    if (record.state.id == 0) continue;
    if (record.state.active) ++active_[static_cast<std::size_t>(record.state.severity)];
    if (record.state.forgotten) continue;
    const std::string_view identity = record.text.identity();
    DESKD_CHECK(!identity.empty());
    record.identity_hash = hash64(identity);
    by_identity_.insert(record.state.id);
  }
}

}  // namespace deskd::rules
