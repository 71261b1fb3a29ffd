#include "rules/condition/subject.h"

namespace deskd::rules {

FieldTable::FieldTable() {
  const std::size_t count = field_words().size();
  for (std::size_t i = 0; i < count; ++i) fields_.push_back({static_cast<Field>(i), {}});
}

Slot FieldTable::slot(const FieldName& field) {
  if (field.name.empty()) return slot_of(field.field);
  const auto [found, is_new] =
      named_.try_emplace({field.field, field.name}, static_cast<Slot>(fields_.size()));
  if (is_new) fields_.push_back(field);
  return found->second;
}

Subject::Subject(const Alert& alert, std::span<const FieldName> fields,
                 std::pmr::memory_resource& scratch)
    : alert_(alert),
      fields_(fields),
      values_(fields.size(), std::string_view(unread_, 0), &scratch) {}

}  // namespace deskd::rules
