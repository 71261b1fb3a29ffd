#pragma once
// Incidents on the terminal: a list, a line after an action, the whole page, and why.

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "daemon/ctl/session.h"
#include "daemon/ctl/terminal/table.h"

namespace deskd::ctl {

/// A line for each. On narrow terminals how many alarms fire goes first, then the severity.
Table incident_table(const boost::json::array& incidents, const TimeStyle& times);

/// What an action made of an incident: "0-4711  assigned to anna  P2  noc-network  Link down on
/// edge-7", ended by a line end.
std::string incident_line(const boost::json::value& incident, const Session& session);
/// The same for a result of an action on many, which says less: "0-4711  assigned".
std::string result_line(const boost::json::value& result, const Terminal& terminal);

/// Fields, alarms, who decided what, and the timeline.
std::string incident_page(const boost::json::value& incident, const Session& session);

/// Who took a decision of `verdict`: the rule, or in brackets what it follows from without one.
std::string author_of(std::string_view decision, const boost::json::value& verdict);

/// Which rule took which decision.
std::string verdict_table(const boost::json::value& verdict, const Terminal& terminal);

/// When, who, what and the words.
std::string timeline_table(const boost::json::array& timeline, const Session& session);

}  // namespace deskd::ctl
