#pragma once
// How single values look in JSON, wherever deskd shows them. Any thread.

#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "rules/rule_set.h"
#include "rules/time.h"

namespace deskd::daemon {

boost::json::value text_or_null(std::string_view text);  // null when empty
boost::json::value time_or_null(rules::Time time);       // RFC 3339 in UTC; null when unknown

/// "queue", "labels.region" …; `name`: of a label or annotation.
std::string decision_name(rules::Decision decision, std::string_view name);
/// `{"value", "rule", "file", "line"}`; no rule: null.
boost::json::object render_decision(std::string_view value, const rules::RuleName* rule);

}  // namespace deskd::daemon
