#pragma once
// Why an incident is where it is: what rules decided, under the setup then in force.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>

#include "daemon/ctl/session.h"

namespace deskd::ctl {

/// {id, title, pinned, verdict, timeline} of `incident`: each decision of the verdict with `today`,
/// where the rule of that name stands in `rules` now (file and line; null: gone, or no rule took
/// it), and of the timeline what rules did.
boost::json::object reasons_of(const boost::json::value& incident, const boost::json::array& rules);

/// The same for people.
std::string why_page(const boost::json::object& reasons, const Session& session);

}  // namespace deskd::ctl
