#pragma once
// One incident on the terminal: a line after an action, or the whole page.

#include <boost/json/value.hpp>
#include <string>

#include "daemon/ctl/session.h"

namespace deskd::ctl {

/// "0-4711  resolved  P2  noc-network  Link down on edge-7", ended by a line end.
std::string incident_line(const boost::json::value& incident, const Terminal& terminal);

/// Fields, alarms, who decided what, and the timeline.
std::string incident_page(const boost::json::value& incident, const Session& session);

/// Which rule took which decision.
std::string verdict_table(const boost::json::value& verdict, const Terminal& terminal);

}  // namespace deskd::ctl
