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
  /// `fields` by slot; `scratch` holds one view for each of them, and a bit.
  Subject(const Alert& alert, std::span<const FieldName> fields,
          std::pmr::memory_resource& scratch);

  const Alert& alert() const { return alert_; }  // as decoded
  /// Empty when the field is missing.
  std::string_view value(Slot slot) {
    std::uint64_t& word = is_read_[slot / bits];
    const std::uint64_t bit = std::uint64_t{1} << slot % bits;
    if ((word & bit) == 0) {
      word |= bit;
      values_[slot] = value_of(alert_, fields_[slot]);
    }
    return values_[slot];
  }
  /// Rules below see it. `value` must outlive the verdict.
  void set(Slot slot, std::string_view value) {
    is_read_[slot / bits] |= std::uint64_t{1} << slot % bits;
    values_[slot] = value;
  }

 private:
  static constexpr std::size_t bits = 64;

  const Alert& alert_;
  std::span<const FieldName> fields_;
  std::string_view* values_;  // by slot; holds nothing until its bit is set
  std::span<std::uint64_t> is_read_;
};

}  // namespace deskd::rules
