#include "daemon/desk/incident.h"

#include <algorithm>

namespace deskd::desk {

namespace {

constexpr std::array<std::string_view, state_count> state_names{
    "new", "assigned", "in_progress", "pending", "resolved", "closed", "cancelled"};

}  // namespace

std::string_view name(State state) { return state_names[static_cast<std::size_t>(state)]; }

std::optional<State> state_named(std::string_view name) {
  const auto found = std::ranges::find(state_names, name);
  if (found == state_names.end()) return std::nullopt;
  return static_cast<State>(found - state_names.begin());
}

std::string text(const Actor& actor) {
  switch (actor.kind) {
    case Actor::Kind::desk:
      return "deskd";
    case Actor::Kind::rule:
      return "rule:" + actor.name;
    case Actor::Kind::person:
      return actor.name;
    case Actor::Kind::claimed_person:
      return actor.name + " (claimed)";
  }
  return {};
}

std::string shown_id(std::uint64_t id) { return "0-" + std::to_string(id); }

}  // namespace deskd::desk
