#pragma once
// What the rules may name of the desk: its queues and priorities.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/verdict.h"

namespace deskd::rules {

/// Impact × urgency → priority, and the default where one of them is missing.
struct PriorityMatrix {
  std::vector<std::string> levels{"P1", "P2", "P3", "P4",
                                  "P5"};  // most urgent first, 1 to 16 of them
  /// [impact][urgency] by Level - 1 (low, medium, high): index into levels.
  std::array<std::array<std::uint8_t, 3>, 3> cells{{{3, 3, 2}, {3, 2, 1}, {2, 1, 0}}};
  std::uint8_t otherwise = 3;

  std::uint8_t priority(Level impact, Level urgency) const;
  std::optional<std::uint8_t> find(std::string_view level) const;
};

/// Immutable part of a setup.
struct DeskWords {
  std::vector<std::string> queues;     // in desk.yaml's order; fewer than no_queue
  std::uint16_t catch_all = no_queue;  // where an alert goes whose queue no rule stated
  PriorityMatrix priorities;

  std::uint16_t find_queue(std::string_view name) const;  // no_queue when there is none
};

}  // namespace deskd::rules
