#include <boost/json/string.hpp>

#include "daemon/api/views/render.h"

namespace deskd::api {

namespace json = boost::json;

namespace {

json::array render_identity(const rules::AlarmTextView& text) {
  json::array identity;
  for (const rules::IdentityPart& part : text.identity) {
    identity.push_back(json::array{json::string(part.field), text_or_null(part.value)});
  }
  return identity;
}

json::object render_labels(const std::vector<rules::Label>& labels) {
  json::object out;
  for (const rules::Label& label : labels) out[label.name] = json::string(label.value);
  return out;
}

json::object render_origin(const OriginView& view) {
  const rules::Origin& origin = view.origin;
  json::object out;
  out["source"] = view.source;
  out["sender"] = text_or_null(origin.sender);
  out["key"] = text_or_null(origin.key);
  out["status"] = name(origin.status);
  out["severity"] = name(origin.severity);
  out["ended_by"] = origin.ended_by == rules::ClearCause::none ? json::value(nullptr)
                                                               : json::value(name(origin.ended_by));
  out["event_at"] = render(origin.event_at);
  out["received_at"] = render(origin.received_at);
  out["ends_at"] = render(origin.ends_at);
  return out;
}

json::value shown_or_null(std::uint64_t id) {
  if (id == 0) return nullptr;
  return json::string(daemon::shown_id(id));
}

/// What a person stated, by the names of the API.
json::array render_pins(const desk::Pins& pins) {
  json::array out;
  if (pins.priority) out.emplace_back("priority");
  if (pins.klass) out.emplace_back("class");
  if (pins.title) out.emplace_back("title");
  if (pins.impact) out.emplace_back("impact");
  if (pins.urgency) out.emplace_back("urgency");
  if (pins.runbook) out.emplace_back("runbook");
  return out;
}

}  // namespace

json::object render(const AlarmView& view) {
  const rules::AlarmState& state = view.state;
  const rules::AlarmTextView text = view.text.view();
  json::object out;
  out["id"] = daemon::shown_id(state.id);
  out["identity"] = render_identity(text);
  out["status"] = state.active ? "firing" : "cleared";
  out["severity"] = name(state.severity);
  out["resource"] = text_or_null(text.resource);
  out["type"] = text_or_null(text.type);
  out["qualifier"] = text_or_null(text.qualifier);
  out["summary"] = text_or_null(text.summary);
  out["labels"] = render_labels(text.labels);
  out["annotations"] = render_labels(text.annotations);
  out["count"] = state.count;
  json::array origins;
  for (const OriginView& origin : view.origins) origins.emplace_back(render_origin(origin));
  out["origins"] = std::move(origins);
  out["origin_count"] = view.origin_count;
  out["raised_at"] = render(state.raised_at);
  out["last_at"] = render(state.last_at);
  out["event_at"] = render(state.event_at);
  out["cleared_at"] = render(state.cleared_at);
  out["cleared_by"] = state.active || state.cleared_by == rules::ClearCause::none
                          ? json::value(nullptr)
                          : json::value(name(state.cleared_by));
  out["incident"] = shown_or_null(view.incident);
  return out;
}

json::object render(const IncidentView& view) {
  const desk::Incident& head = view.head;
  json::object out;
  out["id"] = daemon::shown_id(head.id);
  out["version"] = head.version;
  out["title"] = head.title;
  out["state"] = name(head.state);
  out["class"] = text_or_null(head.klass);
  out["severity"] = name(head.severity);
  out["impact"] = text_or_null(name(head.impact));
  out["urgency"] = text_or_null(name(head.urgency));
  out["priority"] = text_or_null(head.priority);
  out["queue"] = text_or_null(head.queue);
  out["person"] = text_or_null(head.person);
  out["acknowledged_by"] = text_or_null(head.acknowledged_by);
  out["runbook"] = text_or_null(head.runbook);
  out["resource"] = text_or_null(head.resource);
  out["pinned"] = render_pins(head.pinned);
  out["opened_at"] = render(head.opened_at);
  out["updated_at"] = render(head.updated_at);
  out["acknowledged_at"] = render(head.acknowledged_at);
  out["pending_until"] = render(head.pending_until);
  out["resolved_at"] = render(head.resolved_at);
  out["closed_at"] = render(head.closed_at);
  out["alarm_count"] = head.alarm_count;
  out["firing"] = view.firing;
  out["alert_count"] = view.alert_count;
  return out;
}

json::object render(const IncidentDetail& detail) {
  json::object out = render(detail.incident);
  json::array alarms;
  for (const AlarmView& alarm : detail.alarms) alarms.emplace_back(render(alarm));
  out["alarms"] = std::move(alarms);
  if (detail.alarms_left_out > 0) out["alarms_left_out"] = detail.alarms_left_out;
  json::array timeline;
  for (const desk::TimelineEntry& entry : detail.timeline) {
    timeline.push_back(json::object{{"at", render(entry.at)},
                                    {"actor", entry.actor},
                                    {"action", entry.action},
                                    {"text", entry.text}});
  }
  out["timeline"] = std::move(timeline);
  json::object verdict;
  for (const DecisionView& decision : detail.verdict) {
    const auto* rule = decision.rule ? &*decision.rule : nullptr;
    verdict[decision.decision] = render_decision(decision.value, rule);
  }
  out["verdict"] = std::move(verdict);
  return out;
}

}  // namespace deskd::api
