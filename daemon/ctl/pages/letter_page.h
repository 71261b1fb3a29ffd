#pragma once
// Dead letters on the terminal: a table of many, one whole, and what a retry made of one.

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <string>

#include "daemon/ctl/session.h"
#include "daemon/ctl/terminal/table.h"

namespace deskd::ctl {

Table letter_table(const boost::json::array& letters, const TimeStyle& times);

/// Fields, headers and the value; bytes that are no text stay base64.
std::string letter_page(const boost::json::value& letter, const Session& session);

/// "0-12  retried: 2 raised, 1 merged", ended by a line end.
std::string retried_line(const boost::json::value& result, const Terminal& terminal);

}  // namespace deskd::ctl
