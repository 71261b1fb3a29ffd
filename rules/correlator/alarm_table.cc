#include "rules/correlator/alarm_table.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "config/check.h"

namespace deskd::rules {

namespace {

constexpr std::uint8_t counted_max = std::numeric_limits<std::uint8_t>::max();

std::uint64_t firing_key(const AlarmRecord& record, std::size_t rank) {
  return std::uint64_t{record.id} * severity_count + rank;
}

}  // namespace

// A million of them are open at times.
static_assert(sizeof(AlarmRecord) == 72);

bool AlarmRecord::fires() const {
  return std::ranges::any_of(firing, [](std::uint8_t origins) { return origins != 0; });
}

Severity AlarmRecord::worst() const {
  for (std::size_t rank = severity_count; rank-- > 0;) {
    if (firing[rank] != 0) return static_cast<Severity>(rank);
  }
  return Severity::unknown;
}

AlarmState AlarmRecord::state() const {
  return {.id = id,
          .count = count,
          .severity = severity,
          .active = active,
          .released = released,
          .forgotten = forgotten,
          .cleared_by = cleared_by,
          .raised_at = raised_at,
          .last_at = last_at,
          .cleared_at = cleared_at,
          .event_at = event_at};
}

AlarmTable::AlarmTable() : by_identity_(0, Hash{this}, Equal{this}) {}

AlarmRecord* AlarmTable::find(AlarmId id) {
  return const_cast<AlarmRecord*>(std::as_const(*this).find(id));
}

const AlarmRecord* AlarmTable::find(AlarmId id) const {
  if (id == 0 || id > records_.size() || record(id).id == 0) return nullptr;
  return &record(id);
}

AlarmRecord* AlarmTable::find(const Imprint& imprint) {
  const auto found = by_identity_.find(imprint);
  return found == by_identity_.end() ? nullptr : find(*found);
}

const AlarmRecord* AlarmTable::guess(const Imprint& imprint) const {
  const auto found = by_identity_.find(Guess{hash_of(imprint)});
  return found == by_identity_.end() ? nullptr : &record(*found);
}

bool AlarmTable::Equal::operator()(const Imprint& imprint, std::uint32_t id) const {
  const AlarmRecord& record = table->record(id);
  // A packed identity says how long it is, so that none is the beginning of another.
  return record.identity_hash == hash_of(imprint) && record.text.is_made() &&
         table->texts_.begins_with(record.text, imprint.identity);
}

AlarmText AlarmTable::text_of(const AlarmRecord& record) const {
  return record.text.is_made() ? AlarmText(texts_.text(record.text)) : AlarmText();
}

bool AlarmTable::says(const AlarmRecord& record, const Imprint& imprint) const {
  return record.text.is_made() && texts_.hash(record.text) == imprint.text_hash;
}

AlarmTable::Counts AlarmTable::firing_of(const AlarmRecord& record) const {
  Counts counts{};
  for (std::size_t rank = 0; rank < severity_count; ++rank) {
    counts[rank] = record.firing[rank];
    if (record.firing[rank] < counted_max) continue;
    const auto more = more_firing_.find(firing_key(record, rank));
    if (more != more_firing_.end()) counts[rank] += more->second;
  }
  return counts;
}

NextAlarm AlarmTable::next(AlarmId from, bool is_downward, const WantedMarks& wanted) const {
  if (wanted.empty()) return {.alarm = from};
  constexpr std::size_t size = LabelMarks::block_size, group_size = LabelMarks::group_size;
  const std::size_t block = (from - 1) / size;
  const std::size_t group = (from - 1) % size / group_size;
  const auto here = std::uint64_t{1} << group;
  std::uint64_t groups = marks_.groups_with(block, wanted);
  groups &= is_downward ? here | (here - 1) : ~(here - 1);
  const AlarmId block_first = block * size + 1;
  const AlarmId block_last = std::min<AlarmId>(block_first + size - 1, last());
  if (groups == 0) return {.alarm = is_downward ? block_first : block_last, .may_match = false};
  const auto found =
      static_cast<std::size_t>(is_downward ? std::bit_width(groups) - 1 : std::countr_zero(groups));
  const AlarmId first = block_first + found * group_size;
  if (first > last()) return {.alarm = last(), .may_match = false};
  const AlarmId last_one = std::min<AlarmId>(first + group_size - 1, last());
  NextAlarm next{.alarm = is_downward ? std::min(from, last_one) : std::max(from, first)};
  if (marks_.is_read(first - 1)) return next;
  read_marks(first);
  next.texts_read = group_size;
  if ((marks_.groups_with(block, wanted) >> found & 1) != 0) return next;
  return {is_downward ? first : last_one, false, group_size};
}

void AlarmTable::read_marks(AlarmId first) const {
  std::array<AlarmText, LabelMarks::group_size> texts;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (const AlarmRecord* record = find(first + i)) texts[i] = text_of(*record);
  }
  marks_.read(first - 1, texts);
}

AlarmRecord& AlarmTable::add(const Imprint& imprint) {
  AlarmRecord& added = *make_room(records_.size() + 1);
  added.id = static_cast<std::uint32_t>(records_.size());
  added.identity_hash = hash_of(imprint);
  by_identity_.insert(added.id);
  state_changed(added);
  return added;
}

void AlarmTable::set_text(AlarmRecord& record, std::string_view text, const Imprint& imprint) {
  texts_.keep(record.text, text, imprint.text_hash);
  record.text_changed = true;
  // As it is, since the ledger wants it so: unfolding it costs more.
  changed_texts_.push_back({record.id, AlarmText(std::string(text))});
  marks_.add(record.id - 1, changed_texts_.back().text);
}

void AlarmTable::set_activity(AlarmRecord& record, bool active, Severity severity) {
  if (record.active) --active_[static_cast<std::size_t>(record.severity)];
  if (active) ++active_[static_cast<std::size_t>(severity)];
  record.active = active;
  record.severity = severity;
  state_changed(record);
}

void AlarmTable::add_firing(AlarmRecord& record, Severity severity) {
  const auto rank = static_cast<std::size_t>(severity);
  if (record.firing[rank] < counted_max) {
    ++record.firing[rank];
  } else {
    ++more_firing_[firing_key(record, rank)];
  }
}

void AlarmTable::remove_firing(AlarmRecord& record, Severity severity) {
  const auto rank = static_cast<std::size_t>(severity);
  DESKD_CHECK(record.firing[rank] > 0);
  if (record.firing[rank] == counted_max) {
    const auto more = more_firing_.find(firing_key(record, rank));
    if (more != more_firing_.end()) {
      if (--more->second == 0) more_firing_.erase(more);
      return;
    }
  }
  --record.firing[rank];
}

void AlarmTable::forget(AlarmRecord& record) {
  DESKD_CHECK(!record.active && record.first_origin == 0);
  by_identity_.erase(record.id);
  record.forgotten = true;
  state_changed(record);
}

void AlarmTable::state_changed(AlarmRecord& record) {
  if (record.state_changed) return;
  record.state_changed = true;
  changed_states_.push_back(record.id);
}

std::vector<AlarmId> AlarmTable::take_changed_states() {
  for (const AlarmId id : changed_states_) records_[id - 1].state_changed = false;
  return std::exchange(changed_states_, {});
}

std::vector<TextChange> AlarmTable::take_changed_texts() {
  std::vector<TextChange> taken = std::exchange(changed_texts_, {});
  // From the end: of several texts of one alarm the last one stays.
  auto last_ones = taken.end();
  for (auto change = taken.end(); change != taken.begin();) {
    --change;
    AlarmRecord& record = records_[change->alarm - 1];
    if (!record.text_changed) continue;
    record.text_changed = false;
    if (--last_ones != change) *last_ones = std::move(*change);
  }
  taken.erase(taken.begin(), last_ones);
  return taken;
}

AlarmRecord* AlarmTable::make_room(AlarmId id) {
  constexpr AlarmId id_max = std::numeric_limits<std::uint32_t>::max();
  if (id > id_max || !may_follow(records_.size(), id)) return nullptr;
  if (id > records_.size()) records_.resize(id);
  return &records_[id - 1];
}

bool AlarmTable::restore(const AlarmState& state) {
  AlarmRecord* room = make_room(state.id);
  if (room == nullptr) return false;
  AlarmRecord& record = *room;
  record.id = static_cast<std::uint32_t>(state.id);
  record.count = state.count;
  record.severity = state.severity;
  record.active = state.active;
  record.released = state.released;
  record.forgotten = state.forgotten;
  record.cleared_by = state.cleared_by;
  record.raised_at = state.raised_at;
  record.last_at = state.last_at;
  record.cleared_at = state.cleared_at;
  record.event_at = state.event_at;
  return true;
}

bool AlarmTable::restore(AlarmId id, const AlarmText& text) {
  AlarmRecord* room = make_room(id);
  if (room == nullptr) return false;
  AlarmRecord& record = *room;
  const std::string_view identity = text.identity();
  if (identity.empty()) {  // damaged
    texts_.drop(record.text);
    return true;
  }
  texts_.keep(record.text, text.bytes(), text.texts_hash());
  marks_.add(id - 1, text);
  record.identity_hash = hash_of({.identity_hash = hash64(identity)});
  return true;
}

std::optional<Contradiction> AlarmTable::restored() {
  using Entity = Contradiction::Entity;
  const auto is_found = [](const AlarmRecord& record) {
    return record.id != 0 && !record.forgotten;
  };
  by_identity_.reserve(static_cast<std::size_t>(std::ranges::count_if(records_, is_found)));
  for (AlarmId id = 1; id <= last(); ++id) {
    const AlarmRecord& record = this->record(id);
    const bool has_text = record.text.is_made();
    if (record.id == 0) {
      if (has_text) return Contradiction{Entity::alarm, id, "has a text alone"};
      continue;
    }
    if (record.active) ++active_[static_cast<std::size_t>(record.severity)];
    if (record.forgotten) continue;
    if (!has_text) return Contradiction{Entity::alarm, id, "has no text"};
    by_identity_.insert(record.id);
  }
  return std::nullopt;
}

}  // namespace deskd::rules
