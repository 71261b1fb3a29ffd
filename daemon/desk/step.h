#pragma once
// One signal on its way through the desk, with all that is needed to follow it.

#include "daemon/desk/desk.h"

namespace deskd::desk {

/// Lives for one call of `Desk::apply`.
struct Desk::Step {
  const rules::Signal& signal;
  const DeskSetup& judged_by;
  Time now;
  const ByHand* by_hand;

  /// An entry by the rule that stated `decision`, or by deskd.
  TimelineEntry entry(rules::Decision decision, std::string_view action, std::string text) const;
};

}  // namespace deskd::desk
