#include "rules/correlator/clears_index.h"

#include <algorithm>

#include "config/check.h"
#include "rules/correlator/hash.h"

namespace deskd::rules {

bool is_of_origin(Field field) {
  return field == Field::source || field == Field::sender || field == Field::key;
}

ClearsIndex::ClearsIndex(const ClearsShape& shape) : shape_(shape) {
  for (const std::string& word : shape.by) {
    auto field = parse_field(word);
    DESKD_CHECK(field.has_value());  // the rule set would not have compiled
    fields_.push_back(std::move(*field));
  }
}

bool ClearsIndex::has_type(std::string_view type) const {
  return std::ranges::binary_search(shape_.types, type);
}

bool ClearsIndex::holds(const ClearsShape& wanted) const {
  return shape_.by == wanted.by && std::ranges::includes(shape_.types, wanted.types);
}

bool ClearsIndex::holds(std::span<const std::string_view> types,
                        std::span<const IdentityPart> by) const {
  return std::ranges::equal(shape_.by, by, {}, {}, &IdentityPart::field) &&
         std::ranges::all_of(types, [this](std::string_view type) { return has_type(type); });
}

std::span<const AlarmId> ClearsIndex::find(std::string_view type,
                                           std::span<const IdentityPart> by) {
  packed_.clear();
  Packer packer(packed_);
  packer.text(type);
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (!is_of_origin(fields_[i].field)) packer.text(by[i].value);
  }
  const auto found = alarms_.find(hash64(packed_));
  if (found == alarms_.end()) return {};
  return {found->second.data(), found->second.size()};
}

bool ClearsIndex::names(const AlarmText& text, std::string_view type,
                        std::span<const IdentityPart> by) const {
  if (text.value({Field::type, {}}) != type) return false;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (!is_of_origin(fields_[i].field) && text.value(fields_[i]) != by[i].value) return false;
  }
  return true;
}

void ClearsIndex::put(AlarmId alarm, const AlarmText& text) {
  if (const auto key = key_of(text)) put(alarm, *key);
}

void ClearsIndex::take_out(AlarmId alarm, const AlarmText& text) {
  if (const auto key = key_of(text)) take_out(alarm, *key);
}

// Most texts that change say nothing new here.
void ClearsIndex::replace(AlarmId alarm, const AlarmText& old, const AlarmText& text) {
  const auto was = key_of(old);
  const auto is = key_of(text);
  if (was == is) return;
  if (was) take_out(alarm, *was);
  if (is) put(alarm, *is);
}

void ClearsIndex::put(AlarmId alarm, Key key) {
  Alarms& alarms = alarms_[key];
  alarms.insert(std::ranges::lower_bound(alarms, alarm), alarm);
}

void ClearsIndex::take_out(AlarmId alarm, Key key) {
  const auto found = alarms_.find(key);
  DESKD_CHECK(found != alarms_.end());
  Alarms& alarms = found->second;
  const auto place = std::ranges::lower_bound(alarms, alarm);
  DESKD_CHECK(place != alarms.end() && *place == alarm);
  alarms.erase(place);
  if (alarms.empty()) alarms_.erase(found);
}

std::optional<ClearsIndex::Key> ClearsIndex::key_of(const AlarmText& text) {
  const std::string_view type = text.value({Field::type, {}});
  if (!has_type(type)) return std::nullopt;
  packed_.clear();
  Packer packer(packed_);
  packer.text(type);
  for (const FieldName& field : fields_) {
    if (is_of_origin(field.field)) continue;
    const std::string_view value = text.value(field);
    if (value.empty()) return std::nullopt;  // `by` values are never null
    packer.text(value);
  }
  return hash64(packed_);
}

}  // namespace deskd::rules
