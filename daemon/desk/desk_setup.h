#pragma once
// The part of a setup that the desk works by.

#include <chrono>

#include "daemon/desk/queue.h"
#include "rules/rule_set.h"
#include "rules/signal.h"

namespace deskd::desk {

/// What the desk works by, of one setup. All pointers live as long as the setup, which the core
/// holds.
struct DeskSetup {
  rules::SetupNumber number = 0;
  const DeskPlan* plan = nullptr;
  const rules::RuleSet* rules = nullptr;  // for the names of rules in timelines
  rules::Duration close_after = std::chrono::hours{24 * 7};
};

}  // namespace deskd::desk
