#pragma once
// What those have in common to whom a ledger gives back their entities.

#include <cstdint>
#include <string>

#include "config/limits.h"

namespace deskd::rules {

/// Whether there may be an entity of this id, when the greatest so far is `last`.
constexpr bool may_follow(std::uint64_t last, std::uint64_t id) {
  return id != 0 && id <= last + limits::id_jump_max;
}

/// A restored entity that can't be as it is when all others are as they are: the ledger is damaged.
struct Contradiction {
  /// A membership goes by its alarm's id, a timeline by its incident's.
  enum class Entity : std::uint8_t { alarm, origin, incident, membership, timeline };
  Entity entity = Entity::alarm;
  std::uint64_t id = 0;
  std::string what;  // "has no text": what stands behind its name in a sentence
};

}  // namespace deskd::rules
