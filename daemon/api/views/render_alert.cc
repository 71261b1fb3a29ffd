#include <boost/json/string.hpp>

#include "daemon/api/views/render.h"

namespace deskd::api {

namespace json = boost::json;

namespace {

json::object render_pairs(const std::vector<std::pair<std::string, std::string>>& pairs) {
  json::object out;
  for (const auto& [name, value] : pairs) out[name] = value;
  return out;
}

}  // namespace

json::object render(const AlertView& alert, const RuleNames& rules) {
  json::object out;
  out["received_at"] = render(alert.received_at);
  out["source"] = alert.source;
  out["sender"] = text_or_null(alert.sender);
  out["key"] = text_or_null(alert.key);
  out["status"] = name(alert.status);
  out["severity"] = name(alert.severity);
  out["type"] = text_or_null(alert.type);
  out["resource"] = text_or_null(alert.resource);
  out["qualifier"] = text_or_null(alert.qualifier);
  out["summary"] = text_or_null(alert.summary);
  out["labels"] = render_pairs(alert.labels);
  out["annotations"] = render_pairs(alert.annotations);
  out["event_at"] = render(alert.event_at);
  out["starts_at"] = render(alert.starts_at);
  out["ends_at"] = render(alert.ends_at);
  out["outcome"] = name(alert.outcome);
  out["alarm"] =
      alert.alarm == 0 ? json::value(nullptr) : json::value(daemon::shown_id(alert.alarm));
  json::object verdict;
  for (const StatedView& stated : alert.stated) {
    const auto rule = rules.find({alert.setup, stated.rule});
    verdict[stated.decision] =
        render_decision(stated.value, rule == rules.end() ? nullptr : &rule->second);
  }
  out["verdict"] = std::move(verdict);
  out["setup"] = alert.setup;
  return out;
}

}  // namespace deskd::api
