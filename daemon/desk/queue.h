#pragma once
// Where incidents wait for a team.

#include <cstdint>
#include <string>
#include <vector>

#include "rules/desk_words.h"

namespace deskd::desk {

struct Queue {
  std::string name;
  std::string team;
  int tier = 1;
  bool catch_all = false;
  bool resolves_in_progress =
      false;  // `auto_resolve: all`: worked-on incidents resolve too when all alarms clear
};

/// desk.yaml, checked: what the service desk set. Immutable part of a setup.
struct DeskPlan {
  std::vector<Queue> queues;  // exactly one catch_all
  std::uint16_t catch_all = 0;
  rules::PriorityMatrix priorities;

  const Queue* find(std::string_view name) const;
  rules::DeskWords words() const;
};

}  // namespace deskd::desk
