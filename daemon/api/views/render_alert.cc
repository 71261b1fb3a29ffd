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

/// With the members of an alert, so that a list has one shape.
json::object render_turned_away(const connectors::TurnedAway& entry) {
  json::object out;
  out["received_at"] = render(entry.at);
  out["source"] = entry.source;
  out["sender"] = text_or_null(entry.sender);
  for (const auto* unknown :
       {"key", "status", "severity", "type", "resource", "qualifier", "summary", "labels",
        "annotations", "event_at", "starts_at", "ends_at"}) {
    out[unknown] = nullptr;
  }
  out["outcome"] = name(entry.outcome);
  out["alarm"] = nullptr;
  out["raw"] = text_or_null(entry.raw);
  out["verdict"] = nullptr;
  out["setup"] = nullptr;
  const bool is_malformed = entry.outcome == rules::Outcome::malformed;
  out["turned_away"] =
      json::object{{"index", is_malformed ? json::value(entry.index) : json::value(nullptr)},
                   {"pointer", is_malformed ? json::value(entry.pointer) : json::value(nullptr)},
                   {"detail", entry.detail},
                   {"alerts", entry.alerts}};
  return out;
}

}  // namespace

json::object render(const AlertView& alert, const RuleNames& rules) {
  if (alert.turned_away) return render_turned_away(*alert.turned_away);
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
  out["raw"] = text_or_null(alert.raw);
  json::object verdict;
  for (const StatedView& stated : alert.stated) {
    const auto rule = rules.find({alert.setup, stated.rule});
    verdict[stated.decision] =
        render_decision(stated.value, rule == rules.end() ? nullptr : &rule->second);
  }
  out["verdict"] = std::move(verdict);
  out["setup"] = alert.setup;
  out["turned_away"] = nullptr;
  return out;
}

}  // namespace deskd::api
