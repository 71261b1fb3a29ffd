#include "rules/correlator/origin_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "config/check.h"
#include "rules/correlator/hash.h"

namespace deskd::rules {

namespace {

void sort_by_id(std::vector<OriginRecord*>& records) {
  std::ranges::sort(records, {}, &OriginRecord::id);
}

}  // namespace

// A million of them fire at times.
static_assert(sizeof(OriginRecord) == 64);

bool heard_later(const OriginRecord& a, const OriginRecord& b) {
  return std::tie(a.received_at, a.event_at, a.id) > std::tie(b.received_at, b.event_at, b.id);
}

OriginTable::OriginTable() : by_alarm_(0, Hash{this}, Equal{this}) {}

OriginRecord* OriginTable::find(OriginId id) {
  return const_cast<OriginRecord*>(std::as_const(*this).find(id));
}

const OriginRecord* OriginTable::find(OriginId id) const {
  if (id == 0 || id > records_.size() || records_[id - 1].id == 0) return nullptr;
  return &records_[id - 1];
}

OriginRecord* OriginTable::find(const OriginName& name, AlarmId alarm, std::uint32_t first) {
  // Most alarms have one origin.
  if (first != 0 && names_.is(record(first).name, name)) return &record(first);
  const std::uint32_t number = names_.find(name);
  if (number == 0) return nullptr;
  const auto found = by_alarm_.find(Bound{number, static_cast<std::uint32_t>(alarm)});
  return found == by_alarm_.end() ? nullptr : &record(*found);
}

void OriginTable::find_key(const OriginName& name, std::vector<OriginRecord*>& found) {
  found.clear();
  const std::uint32_t number = names_.find(name);
  if (number == 0 || names_.holders(number) > limits::identities_per_key_max) return;
  for (std::uint32_t id = names_.first(number); id != 0; id = record(id).next_of_name) {
    found.push_back(&record(id));
  }
  sort_by_id(found);
}

std::uint32_t OriginTable::count_named(const OriginName& name) const {
  const std::uint32_t number = names_.find(name);
  return number != 0 ? names_.holders(number) : 0;
}

void OriginTable::find_firing(std::uint32_t first, std::vector<OriginRecord*>& found) {
  found.clear();
  each_firing(first, [&](OriginRecord& record) {
    found.push_back(&record);
    return true;
  });
  sort_by_id(found);
}

OriginView OriginTable::view(const OriginRecord& record) const {
  const OriginName name = name_of(record);
  return {.id = record.id,
          .alarm = record.alarm,
          .source = name.source,
          .setup = record.setup,
          .sender = name.sender,
          .key = name.key,
          .status = record.status,
          .severity = record.severity,
          .ended_by = record.ended_by,
          .event_at = record.event_at,
          .received_at = record.received_at,
          .ends_at = record.ends_at};
}

OriginRecord& OriginTable::make() {
  if (free_.empty()) {
    DESKD_CHECK(records_.size() < std::numeric_limits<std::uint32_t>::max());
    OriginRecord& made = records_.emplace_back();
    made.id = static_cast<std::uint32_t>(records_.size());
    return made;
  }
  OriginRecord& made = records_[free_.top() - 1];
  made.id = static_cast<std::uint32_t>(free_.top());
  free_.pop();
  return made;
}

OriginRecord& OriginTable::add(const OriginName& name, AlarmId alarm, std::uint32_t& first) {
  OriginRecord& added = make();
  added.alarm = static_cast<std::uint32_t>(alarm);
  added.name = names_.hold(name);
  added.status = Status::resolved;
  index(added);
  link_alarm(added, first);
  changed(added);
  return added;
}

void OriginTable::set_status(OriginRecord& record, Status status, std::uint32_t& first) {
  if (record.status != status) {
    unlink_alarm(record, first);
    record.status = status;
    link_alarm(record, first);
  }
  changed(record);
}

void OriginTable::unbind(OriginRecord& record, std::uint32_t& first) {
  unlink_alarm(record, first);
  by_alarm_.erase(record.id);
  record.alarm = 0;
}

void OriginTable::bind(OriginRecord& record, AlarmId alarm, std::uint32_t& first) {
  DESKD_CHECK(record.alarm == 0);
  record.alarm = static_cast<std::uint32_t>(alarm);
  by_alarm_.insert(record.id);
  link_alarm(record, first);
  changed(record);
}

void OriginTable::remove_all(std::uint32_t& first) {
  std::vector<std::uint32_t> all;
  each_of(first, [&](const OriginRecord& record) {
    all.push_back(record.id);
    return true;
  });
  std::ranges::sort(all);
  for (const std::uint32_t id : all) {
    OriginRecord& leaving = record(id);
    gone_.push_back(leaving.id);
    unlink_name(leaving);
    unbind(leaving, first);
    names_.let_go(leaving.name);
    leaving = {};
  }
}

void OriginTable::changed(OriginRecord& record) {
  if (record.changed) return;
  record.changed = true;
  changed_.push_back(record.id);
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

bool OriginTable::restore(const OriginView& origin) {
  constexpr auto id_max = std::numeric_limits<std::uint32_t>::max();
  if (origin.alarm == 0 || origin.alarm > id_max) return false;
  if (origin.id > id_max || !may_follow(records_.size(), origin.id)) return false;
  if (origin.id > records_.size()) records_.resize(origin.id);
  if (origin.id > restored_names_.size()) restored_names_.resize(origin.id);
  OriginRecord& restored = records_[origin.id - 1];
  RestoredName& name = restored_names_[origin.id - 1];
  OriginNames::pack({origin.source, origin.sender, origin.key}, packed_);
  name.source = origin.source;
  if (name.texts.bytes() != packed_) name.texts = Block(packed_);
  restored.id = static_cast<std::uint32_t>(origin.id);
  restored.alarm = static_cast<std::uint32_t>(origin.alarm);
  restored.setup = origin.setup;
  restored.status = origin.status;
  restored.severity = origin.severity;
  restored.ended_by = origin.ended_by;
  restored.event_at = origin.event_at;
  restored.received_at = origin.received_at;
  restored.ends_at = origin.ends_at;
  return true;
}

void OriginTable::restore_gone(OriginId id) {
  OriginRecord* gone = find(id);
  if (gone == nullptr) return;
  restored_names_[id - 1] = {};
  *gone = {};
}

std::optional<Contradiction> OriginTable::restored(
    const std::function<std::uint32_t*(const OriginRecord&)>& bound) {
  // Trailing holes go, so that the next id is the same as if there had been no restart.
  while (!records_.empty() && records_.back().id == 0) records_.pop_back();
  by_alarm_.reserve(records_.size());
  names_.reserve(records_.size());
  for (std::size_t i = 0; i < records_.size(); ++i) {
    OriginRecord& restored = records_[i];
    if (restored.id == 0) {
      free_.push(i + 1);
      continue;
    }
    RestoredName& name = restored_names_[i];
    restored.name = names_.hold(name.source, std::move(name.texts));
    index(restored);
    std::uint32_t* const first = bound(restored);
    if (first == nullptr) {
      return Contradiction{
          Contradiction::Entity::origin, restored.id,
          fmt::format("is of alarm 0-{}, which is not there or forgotten", restored.alarm)};
    }
    link_alarm(restored, *first);
  }
  restored_names_ = std::deque<RestoredName>();
  return std::nullopt;
}

void OriginTable::index(OriginRecord& record) {
  by_alarm_.insert(record.id);
  link_name(record);
}

void OriginTable::link_alarm(OriginRecord& record, std::uint32_t& first) {
  const std::uint32_t id = record.id;
  const std::uint32_t next = first == 0 ? id : first;
  const std::uint32_t previous = first == 0 ? id : this->record(first).previous_of_alarm;
  record.next_of_alarm = next;
  record.previous_of_alarm = previous;
  this->record(next).previous_of_alarm = id;
  this->record(previous).next_of_alarm = id;
  if (first == 0 || record.fires()) first = id;
}

void OriginTable::unlink_alarm(OriginRecord& record, std::uint32_t& first) {
  const std::uint32_t id = record.id;
  if (record.next_of_alarm == id) {
    first = 0;
  } else {
    this->record(record.next_of_alarm).previous_of_alarm = record.previous_of_alarm;
    this->record(record.previous_of_alarm).next_of_alarm = record.next_of_alarm;
    if (first == id) first = record.next_of_alarm;
  }
  record.next_of_alarm = record.previous_of_alarm = 0;
}

void OriginTable::link_name(OriginRecord& record) {
  std::uint32_t& first = names_.first(record.name);
  record.next_of_name = first;
  record.previous_of_name = 0;
  if (first != 0) this->record(first).previous_of_name = record.id;
  first = record.id;
}

void OriginTable::unlink_name(OriginRecord& record) {
  if (record.next_of_name != 0) {
    this->record(record.next_of_name).previous_of_name = record.previous_of_name;
  }
  if (record.previous_of_name != 0) {
    this->record(record.previous_of_name).next_of_name = record.next_of_name;
  } else {
    names_.first(record.name) = record.next_of_name;
  }
  record.next_of_name = record.previous_of_name = 0;
}

}  // namespace deskd::rules
