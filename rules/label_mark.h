#pragma once
// What alarms are looked for by, in a form that many of them are compared with at once.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "rules/alarm.h"
#include "rules/field.h"

namespace deskd::rules {

/// A text that an alarm may have: the value of a label, its type or its resource. See
/// `rules/correlator/label_marks.h`.
using LabelMark = std::array<std::uint16_t, 6>;
LabelMark label_mark(Field field, std::string_view name, std::string_view value);
/// All of these must be there; of each list one must.
using WantedMarks = std::vector<std::vector<LabelMark>>;

/// Where a search by marks came to.
struct NextAlarm {
  AlarmId alarm = 0;
  bool may_match = true;       // false: neither this one has them nor any before it
  std::size_t texts_read = 0;  // what that cost
};

}  // namespace deskd::rules
