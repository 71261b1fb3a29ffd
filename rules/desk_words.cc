#include "rules/desk_words.h"

#include <algorithm>

namespace deskd::rules {

std::uint8_t PriorityMatrix::priority(Level impact, Level urgency) const {
  if (impact == Level::none || urgency == Level::none) return otherwise;
  return cells[static_cast<std::size_t>(impact) - 1][static_cast<std::size_t>(urgency) - 1];
}

std::optional<std::uint8_t> PriorityMatrix::find(std::string_view level) const {
  const auto found = std::ranges::find(levels, level);
  if (found == levels.end()) return std::nullopt;
  return static_cast<std::uint8_t>(found - levels.begin());
}

std::uint16_t DeskWords::find_queue(std::string_view name) const {
  const auto found = std::ranges::find(queues, name);
  return found == queues.end() ? no_queue : static_cast<std::uint16_t>(found - queues.begin());
}

}  // namespace deskd::rules
