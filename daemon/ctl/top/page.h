#pragma once
// The page of one incident, as lines to scroll through.

#include <boost/json/value.hpp>
#include <cstddef>
#include <vector>

#include "daemon/ctl/top/line.h"
#include "rules/time.h"

namespace deskd::ctl::top {

/// Title, fields, alarms, who decided what, and the timeline, newest first. No line is wider than
/// `width`.
std::vector<Line> page_lines(const boost::json::value& incident, rules::Time now,
                             std::size_t width);

}  // namespace deskd::ctl::top
