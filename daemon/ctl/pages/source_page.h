#pragma once
// Sources on the terminal: all of them at a glance, or one whole.

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <string>

#include "daemon/ctl/session.h"
#include "daemon/ctl/terminal/table.h"

namespace deskd::ctl {

/// Those in trouble first, else in the order given.
boost::json::array troubled_first(const boost::json::array& sources);

/// A line for each. On narrow terminals what is in flight goes first, then the kind.
Table source_table(const boost::json::array& sources, const TimeStyle& times);

/// What is wrong, the table, what became of the alerts, facts, and the last few refusals.
std::string sources_page(const boost::json::array& listed, const Session& session);

/// One with all that is known of it: partitions and every refusal that is kept.
std::string source_page(const boost::json::value& source, const Session& session);

}  // namespace deskd::ctl
