#pragma once
// The alert under judgement, as the rules have left it so far.

#include <cstdint>
#include <map>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/field.h"

namespace deskd::rules {

/// A field's number within one rule set, so that judging compares numbers, not names.
using Slot = std::uint32_t;

/// Gives slots out while rules are compiled: fields without a name have the number of their
/// enumerator, labels and annotations follow as they are met.
class FieldTable {
 public:
  FieldTable();
  Slot slot(const FieldName& field);
  const std::vector<FieldName>& fields() const { return fields_; }

 private:
  std::vector<FieldName> fields_;  // by slot
  std::map<std::pair<Field, std::string>, Slot, std::less<>> named_;
};

constexpr Slot slot_of(Field field) { return static_cast<Slot>(field); }

/// Reads each field of the alert at most once, and only when a rule asks for it. Lives for one
/// judgement, on the judging thread.
class Subject {
 public:
  /// `fields` by slot; `scratch` holds one view for each of them.
  Subject(const Alert& alert, std::span<const FieldName> fields,
          std::pmr::memory_resource& scratch);

  const Alert& alert() const { return alert_; }  // as decoded
  /// Empty when the field is missing.
  std::string_view value(Slot slot) {
    std::string_view& value = values_[slot];
    if (value.data() == unread_) value = value_of(alert_, fields_[slot]);
    return value;
  }
  /// Rules below see it. `value` must outlive the verdict.
  void set(Slot slot, std::string_view value) { values_[slot] = value; }

 private:
  static constexpr char unread_[1] = {};  // a view of it marks what was not asked for yet

  const Alert& alert_;
  std::span<const FieldName> fields_;
  std::pmr::vector<std::string_view> values_;
};

}  // namespace deskd::rules
