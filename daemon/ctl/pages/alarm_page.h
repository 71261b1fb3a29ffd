#pragma once
// Alarms on the terminal: a table of many, or one whole.

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <string>

#include "daemon/ctl/session.h"
#include "daemon/ctl/terminal/table.h"

namespace deskd::ctl {

Table alarm_table(const boost::json::array& alarms, const TimeStyle& times);

/// Fields, labels, annotations, and who says it fires.
std::string alarm_page(const boost::json::value& alarm, const Session& session);

}  // namespace deskd::ctl
