#include "rules/verdict.h"

#include <array>

namespace deskd::rules {

std::string_view name(Decision decision) {
  static constexpr std::array<std::string_view, 21> names{
      "status",   "severity", "type",        "resource", "qualifier", "summary", "key",
      "event_at", "labels",   "annotations", "identity", "clears",    "class",   "impact",
      "urgency",  "priority", "queue",       "title",    "runbook",   "drop",    "stop"};
  static_assert(static_cast<std::size_t>(Decision::stop) + 1 == names.size());
  return names[static_cast<std::size_t>(decision)];
}

std::string_view name(Level level) {
  static constexpr std::array<std::string_view, 4> names{"", "low", "medium", "high"};
  return names[static_cast<std::size_t>(level)];
}

}  // namespace deskd::rules
