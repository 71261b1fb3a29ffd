#include "daemon/api/views/render.h"

namespace deskd::api {

namespace {

void write_identity(JsonText& json, const rules::AlarmTextView& text) {
  json.array([&] {
    for (const rules::IdentityPart& part : text.identity) {
      json.array([&] {
        json.text(part.field);
        json.text_or_null(part.value);
      });
    }
  });
}

void write_labels(JsonText& json, const std::vector<rules::Label>& labels) {
  json.object([&] {
    for (const rules::Label& label : labels) json.key(label.name).text(label.value);
  });
}

void write_cause(JsonText& json, rules::ClearCause cause) {
  json.text_or_null(cause == rules::ClearCause::none ? std::string_view() : name(cause));
}

void write(JsonText& json, const OriginView& view) {
  const rules::Origin& origin = view.origin;
  json.object([&] {
    json.key("source").text(view.source);
    json.key("sender").text_or_null(origin.sender);
    json.key("key").text_or_null(origin.key);
    json.key("status").text(name(origin.status));
    json.key("severity").text(name(origin.severity));
    write_cause(json.key("ended_by"), origin.ended_by);
    json.key("event_at").time(origin.event_at);
    json.key("received_at").time(origin.received_at);
    json.key("ends_at").time(origin.ends_at);
  });
}

/// What a person stated, by the names of the API.
void write_pins(JsonText& json, const desk::Pins& pins) {
  json.array([&] {
    if (pins.priority) json.text("priority");
    if (pins.klass) json.text("class");
    if (pins.title) json.text("title");
    if (pins.impact) json.text("impact");
    if (pins.urgency) json.text("urgency");
    if (pins.runbook) json.text("runbook");
  });
}

void write_members(JsonText& json, const IncidentView& view) {
  const desk::Incident& head = view.head;
  json.key("id").shown_id(head.id);
  json.key("version").number(head.version);
  json.key("title").text(head.title);
  json.key("state").text(name(head.state));
  json.key("class").text_or_null(head.klass);
  json.key("severity").text(name(head.severity));
  json.key("impact").text_or_null(name(head.impact));
  json.key("urgency").text_or_null(name(head.urgency));
  json.key("priority").text_or_null(head.priority);
  json.key("queue").text_or_null(head.queue);
  json.key("person").text_or_null(head.person);
  json.key("acknowledged_by").text_or_null(head.acknowledged_by);
  json.key("runbook").text_or_null(head.runbook);
  json.key("resource").text_or_null(head.resource);
  write_pins(json.key("pinned"), head.pinned);
  json.key("opened_at").time(head.opened_at);
  json.key("updated_at").time(head.updated_at);
  json.key("acknowledged_at").time(head.acknowledged_at);
  json.key("pending_until").time(head.pending_until);
  json.key("resolved_at").time(head.resolved_at);
  json.key("closed_at").time(head.closed_at);
  json.key("alarm_count").number(head.alarm_count);
  json.key("firing").number(view.firing);
  json.key("alert_count").number(view.alert_count);
}

void write_timeline(JsonText& json, const std::vector<desk::TimelineEntry>& timeline) {
  json.array([&] {
    for (const desk::TimelineEntry& entry : timeline) {
      json.object([&] {
        json.key("at").time(entry.at);
        json.key("actor").text(entry.actor);
        json.key("action").text(entry.action);
        json.key("text").text(entry.text);
      });
    }
  });
}

/// As `render_decision` has it.
void write(JsonText& json, const DecisionView& decision) {
  json.object([&] {
    json.key("value").text_or_null(decision.value);
    const auto* rule = decision.rule ? &*decision.rule : nullptr;
    json.key("rule");
    rule != nullptr ? json.text(rule->name) : json.null();
    json.key("file");
    rule != nullptr ? json.text(rule->file) : json.null();
    json.key("line");
    rule != nullptr ? json.number(rule->line) : json.null();
  });
}

}  // namespace

void write(JsonText& json, const AlarmView& view) {
  const rules::AlarmState& state = view.state;
  const rules::AlarmTextView text = view.text.view();
  json.object([&] {
    json.key("id").shown_id(state.id);
    write_identity(json.key("identity"), text);
    json.key("status").text(state.active ? "firing" : "cleared");
    json.key("severity").text(name(state.severity));
    json.key("resource").text_or_null(text.resource);
    json.key("type").text_or_null(text.type);
    json.key("qualifier").text_or_null(text.qualifier);
    json.key("summary").text_or_null(text.summary);
    write_labels(json.key("labels"), text.labels);
    write_labels(json.key("annotations"), text.annotations);
    json.key("count").number(state.count);
    json.key("origins").array([&] {
      for (const OriginView& origin : view.origins) write(json, origin);
    });
    json.key("origin_count").number(view.origin_count);
    json.key("raised_at").time(state.raised_at);
    json.key("last_at").time(state.last_at);
    json.key("event_at").time(state.event_at);
    json.key("cleared_at").time(state.cleared_at);
    write_cause(json.key("cleared_by"), state.active ? rules::ClearCause::none : state.cleared_by);
    json.key("incident").id_or_null(view.incident);
  });
}

void write(JsonText& json, const IncidentView& view) {
  json.object([&] { write_members(json, view); });
}

void write(JsonText& json, const IncidentDetail& detail) {
  json.object([&] {
    write_members(json, detail.incident);
    json.key("alarms").array([&] {
      for (const AlarmView& alarm : detail.alarms) write(json, alarm);
    });
    if (detail.alarms_left_out > 0) json.key("alarms_left_out").number(detail.alarms_left_out);
    write_timeline(json.key("timeline"), detail.timeline);
    json.key("verdict").object([&] {
      for (const DecisionView& decision : detail.verdict) {
        write(json.key(decision.decision), decision);
      }
    });
  });
}

}  // namespace deskd::api
