#pragma once
// The recent alerts on the terminal: as a table, or as they come in.

#include <boost/json/array.hpp>

#include "daemon/ctl/listing.h"

namespace deskd::ctl {

/// What became of each, and which rules decided it.
Table alert_table(const boost::json::array& alerts, const TimeStyle& times);

/// Asks once a second and prints what is new, oldest first, a line each (with --json the JSON of
/// each), until interrupted or until deskd does not answer.
void follow_alerts(Session& session, const Filters& filters);

}  // namespace deskd::ctl
