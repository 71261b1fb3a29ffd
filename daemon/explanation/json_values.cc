#include "daemon/explanation/json_values.h"

#include <boost/json/string.hpp>

namespace deskd::daemon {

namespace json = boost::json;

json::value text_or_null(std::string_view text) {
  if (text.empty()) return nullptr;
  return json::string(text);
}

json::value time_or_null(rules::Time time) {
  if (!rules::is_known(time)) return nullptr;
  return json::string(rules::rfc3339(time));
}

std::string decision_name(rules::Decision decision, std::string_view name) {
  std::string text(rules::name(decision));
  if (!name.empty()) text.append(".").append(name);
  return text;
}

json::object render_decision(std::string_view value, const rules::RuleName* rule) {
  json::object out;
  out["value"] = text_or_null(value);
  out["rule"] = rule != nullptr ? json::value(rule->name) : json::value(nullptr);
  out["file"] = rule != nullptr ? json::value(rule->file) : json::value(nullptr);
  out["line"] = rule != nullptr ? json::value(rule->line) : json::value(nullptr);
  return out;
}

}  // namespace deskd::daemon
