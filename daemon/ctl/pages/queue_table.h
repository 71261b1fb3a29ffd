#pragma once
// The queues on the terminal, and what waits in each.

#include <boost/json/array.hpp>

#include "daemon/ctl/terminal/shown_time.h"
#include "daemon/ctl/terminal/table.h"

namespace deskd::ctl {

/// A line for each. On narrow terminals the tier goes first, then the team and which is catch-all.
Table queue_table(const boost::json::array& queues, const TimeStyle& times);

}  // namespace deskd::ctl
