#include "rules/correlator/origin_table.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "config/check.h"
#include "rules/correlator/hash.h"

namespace deskd::rules {

namespace {

OriginName name_of(const Origin& origin) { return {origin.source, origin.sender, origin.key}; }

bool is_named(const Origin& origin, const OriginName& name) {
  return origin.source == name.source && origin.key == name.key && origin.sender == name.sender;
}

void sort_by_id(std::vector<OriginRecord*>& records) {
  std::ranges::sort(records, {}, [](const OriginRecord* record) { return record->origin.id; });
}

}  // namespace

bool heard_later(const Origin& a, const Origin& b) {
  return std::tie(a.received_at, a.event_at, a.id) > std::tie(b.received_at, b.event_at, b.id);
}

OriginTable::OriginTable() : by_alarm_(0, Hash{this}, Equal{this}) {}

OriginRecord* OriginTable::find(OriginId id) {
  return const_cast<OriginRecord*>(std::as_const(*this).find(id));
}

const OriginRecord* OriginTable::find(OriginId id) const {
  if (id == 0 || id > records_.size() || records_[id - 1].origin.id == 0) return nullptr;
  return &records_[id - 1];
}

OriginRecord* OriginTable::find(const OriginName& name, AlarmId alarm) {
  const auto found = by_alarm_.find(Bound{hash_of(name, alarm), name, alarm});
  return found == by_alarm_.end() ? nullptr : &record(*found);
}

bool OriginTable::Equal::operator()(const Bound& bound, std::uint32_t id) const {
  const Origin& origin = table->record(id).origin;
  return origin.alarm == bound.alarm && is_named(origin, bound.name);
}

void OriginTable::find_key(const OriginName& name, std::vector<OriginRecord*>& found) {
  found.clear();
  const auto of_key = by_key_.find(hash_of(name));
  if (of_key == by_key_.end() || of_key->second.count > limits::identities_per_key_max) return;
  for (std::uint32_t id = of_key->second.first; id != 0; id = record(id).next_of_key) {
    if (is_named(record(id).origin, name)) found.push_back(&record(id));
  }
  sort_by_id(found);
}

void OriginTable::find_firing(std::uint32_t first, std::vector<OriginRecord*>& found) {
  found.clear();
  std::uint32_t id = first;
  while (id != 0 && record(id).fires()) {
    found.push_back(&record(id));
    id = record(id).next_of_alarm;
    if (id == first) break;
  }
  sort_by_id(found);
}

std::vector<const Origin*> OriginTable::all_of(std::uint32_t first) const {
  std::vector<const Origin*> found;
  std::uint32_t id = first;
  while (id != 0) {
    found.push_back(&record(id).origin);
    id = record(id).next_of_alarm;
    if (id == first) break;
  }
  std::ranges::sort(found, {}, &Origin::id);
  return found;
}

OriginRecord& OriginTable::make() {
  if (free_.empty()) {
    DESKD_CHECK(records_.size() < std::numeric_limits<std::uint32_t>::max());
    OriginRecord& made = records_.emplace_back();
    made.origin.id = records_.size();
    return made;
  }
  OriginRecord& made = records_[free_.top() - 1];
  made.origin.id = free_.top();
  free_.pop();
  return made;
}

OriginRecord& OriginTable::add(const OriginName& name, AlarmId alarm, std::uint32_t& first) {
  OriginRecord& added = make();
  added.origin.alarm = alarm;
  added.origin.source = name.source;
  added.origin.sender = name.sender;
  added.origin.key = name.key;
  added.origin.status = Status::resolved;
  index(added);
  link_alarm(added, first);
  changed(added);
  return added;
}

void OriginTable::set_status(OriginRecord& record, Status status, std::uint32_t& first) {
  if (record.origin.status != status) {
    unlink_alarm(record, first);
    record.origin.status = status;
    link_alarm(record, first);
  }
  changed(record);
}

void OriginTable::unbind(OriginRecord& record, std::uint32_t& first) {
  unlink_alarm(record, first);
  by_alarm_.erase(static_cast<std::uint32_t>(record.origin.id));
  record.origin.alarm = 0;
}

void OriginTable::bind(OriginRecord& record, AlarmId alarm, std::uint32_t& first) {
  DESKD_CHECK(record.origin.alarm == 0);
  record.origin.alarm = alarm;
  record.hash = hash_of(name_of(record.origin), alarm);
  by_alarm_.insert(static_cast<std::uint32_t>(record.origin.id));
  link_alarm(record, first);
  changed(record);
}

void OriginTable::remove_all(std::uint32_t& first) {
  for (const Origin* origin : all_of(first)) {
    OriginRecord& leaving = record(static_cast<std::uint32_t>(origin->id));
    gone_.push_back(origin->id);
    if (!origin->key.empty()) unlink_key(leaving);
    unbind(leaving, first);
    leaving = {};
  }
}

void OriginTable::changed(OriginRecord& record) {
  if (record.changed) return;
  record.changed = true;
  changed_.push_back(record.origin.id);
}

std::vector<OriginId> OriginTable::take_changed() {
  std::erase_if(changed_, [this](OriginId id) { return find(id) == nullptr; });
  for (const OriginId id : changed_) records_[id - 1].changed = false;
  return std::exchange(changed_, {});
}

std::vector<OriginId> OriginTable::take_gone() {
  // Not before: in one record an id is either written or gone.
  for (const OriginId id : gone_) free_.push(id);
  return std::exchange(gone_, {});
}

void OriginTable::restore(Origin origin) {
  DESKD_CHECK(origin.id != 0);
  if (origin.id > records_.size()) records_.resize(origin.id);
  records_[origin.id - 1].origin = std::move(origin);
}

void OriginTable::restore_gone(OriginId id) {
  if (OriginRecord* gone = find(id)) *gone = {};
}

void OriginTable::restored(const std::function<std::uint32_t&(const Origin&)>& bound) {
  // Trailing holes go, so that the next id is the same as if there had been no restart.
  while (!records_.empty() && records_.back().origin.id == 0) records_.pop_back();
  by_alarm_.reserve(records_.size());
  for (std::size_t i = 0; i < records_.size(); ++i) {
    OriginRecord& restored = records_[i];
    if (restored.origin.id == 0) {
      free_.push(i + 1);
      continue;
    }
    index(restored);
    link_alarm(restored, bound(restored.origin));
  }
}

std::uint64_t OriginTable::hash_of(const OriginName& name, AlarmId alarm) {
  packed_.clear();
  Packer packer(packed_);
  packer.number(name.source);
  packer.text(name.sender);
  packer.text(name.key);
  packer.number(alarm);
  return hash64(packed_);
}

std::uint64_t OriginTable::hash_of(const OriginName& name) { return hash_of(name, 0); }

void OriginTable::index(OriginRecord& record) {
  record.hash = hash_of(name_of(record.origin), record.origin.alarm);
  by_alarm_.insert(static_cast<std::uint32_t>(record.origin.id));
  if (!record.origin.key.empty()) link_key(record);
}

void OriginTable::link_alarm(OriginRecord& record, std::uint32_t& first) {
  const auto id = static_cast<std::uint32_t>(record.origin.id);
  const std::uint32_t next = first == 0 ? id : first;
  const std::uint32_t previous = first == 0 ? id : this->record(first).previous_of_alarm;
  record.next_of_alarm = next;
  record.previous_of_alarm = previous;
  this->record(next).previous_of_alarm = id;
  this->record(previous).next_of_alarm = id;
  if (first == 0 || record.fires()) first = id;
}

void OriginTable::unlink_alarm(OriginRecord& record, std::uint32_t& first) {
  const auto id = static_cast<std::uint32_t>(record.origin.id);
  if (record.next_of_alarm == id) {
    first = 0;
  } else {
    this->record(record.next_of_alarm).previous_of_alarm = record.previous_of_alarm;
    this->record(record.previous_of_alarm).next_of_alarm = record.next_of_alarm;
    if (first == id) first = record.next_of_alarm;
  }
  record.next_of_alarm = record.previous_of_alarm = 0;
}

void OriginTable::link_key(OriginRecord& record) {
  OfKey& of_key = by_key_[hash_of(name_of(record.origin))];
  const auto id = static_cast<std::uint32_t>(record.origin.id);
  record.next_of_key = of_key.first;
  record.previous_of_key = 0;
  if (of_key.first != 0) this->record(of_key.first).previous_of_key = id;
  of_key.first = id;
  ++of_key.count;
}

void OriginTable::unlink_key(OriginRecord& record) {
  const auto of_key = by_key_.find(hash_of(name_of(record.origin)));
  DESKD_CHECK(of_key != by_key_.end());
  if (record.next_of_key != 0)
    this->record(record.next_of_key).previous_of_key = record.previous_of_key;
  if (record.previous_of_key != 0) {
    this->record(record.previous_of_key).next_of_key = record.next_of_key;
  } else {
    of_key->second.first = record.next_of_key;
  }
  if (--of_key->second.count == 0) by_key_.erase(of_key);
  record.next_of_key = record.previous_of_key = 0;
}

}  // namespace deskd::rules
