#include "rules/condition/subject.h"

#include <algorithm>

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
      values_(static_cast<std::string_view*>(
          scratch.allocate(fields.size() * sizeof(std::string_view), alignof(std::string_view)))),
      is_read_(static_cast<std::uint64_t*>(scratch.allocate(
                   (fields.size() / bits + 1) * sizeof(std::uint64_t), alignof(std::uint64_t))),
               fields.size() / bits + 1) {
  std::ranges::fill(is_read_, 0);
}

}  // namespace deskd::rules
