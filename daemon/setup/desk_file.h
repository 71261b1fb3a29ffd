#pragma once
// desk.yaml: what the service desk sets.

#include "config/reader.h"
#include "daemon/desk/queue.h"

namespace deskd::daemon {

/// Reads the document of desk.yaml. Every mistake becomes a problem; then the plan may have gaps,
/// but `catch_all` is always one of its queues if it has any.
desk::DeskPlan read_desk(const config::Node& document, config::Problems& problems);

}  // namespace deskd::daemon
