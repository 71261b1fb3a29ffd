#pragma once
// What would follow from an alert: the correlator's preview, and what the desk would make of it.

#include "daemon/core/core.h"
#include "daemon/explanation/explanation.h"

namespace deskd::daemon {

/// Core thread only; changes nothing. Each alert is looked at as if it came next and alone.
/// Costs at most limits::scan_max entities, for all of `explained` together: alerts for which that
/// did not suffice say so.
std::vector<Prospect> foresee(const Core& core, const ExplainedPayload& explained);

}  // namespace deskd::daemon
