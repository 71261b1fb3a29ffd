#pragma once
// What would become of a payload, and why, on the terminal.

#include <boost/json/value.hpp>
#include <string>

#include "daemon/ctl/session.h"

namespace deskd::ctl {

/// For each alert: itself, who decided what, the rules that were asked for or that matched, and
/// what would follow; then what is malformed. `explained` is what POST /api/v1/explain answers.
std::string explanation_page(const boost::json::value& explained, const Session& session);

}  // namespace deskd::ctl
