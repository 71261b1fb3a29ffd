#pragma once
// The recent alerts on the terminal: as a table, or as they come in.

#include <boost/json/array.hpp>
#include <string>

#include "daemon/ctl/listing.h"

namespace deskd::ctl {

/// What became of each, and which rules decided it; of what never became an alert, why.
Table alert_table(const boost::json::array& alerts, const TimeStyle& times);

/// The same as a paragraph for each, with the message as it came in.
std::string alert_messages(const boost::json::array& alerts, const Session& session);

/// Whether the filters ask for what never became an alert, of which the message matters most.
bool asks_for_messages(const Query& query);

/// Asks once a second and prints what is new, oldest first, a line each (with --json the JSON of
/// each), until interrupted or until deskd does not answer.
void follow_alerts(Session& session, const Filters& filters, bool with_messages);

}  // namespace deskd::ctl
