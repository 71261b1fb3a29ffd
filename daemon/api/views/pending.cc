#include "daemon/api/views/pending.h"

#include <algorithm>

#include <fmt/format.h>
#include "daemon/api/views/copy.h"
#include "rules/field.h"

namespace deskd::api {

namespace {

using LabelPairs = std::vector<std::pair<std::string_view, std::string_view>>;

std::string_view value_of(const LabelPairs& labels, std::string_view name) {
  const auto found = std::ranges::lower_bound(labels, name, {}, &LabelPairs::value_type::first);
  return found != labels.end() && found->first == name ? found->second : std::string_view{};
}

/// What `prometheus_labels` has under a name, without making all of them.
std::string_view value_of(const rules::AlarmText& text, rules::Severity severity,
                          const rules::FieldName& label) {
  const auto own = text.value(label);
  if (!own.empty()) return own;
  if (label.name == "alertname") return text.value({rules::Field::type, {}});
  if (label.name == "instance") return text.value({rules::Field::resource, {}});
  if (label.name == "severity") return name(severity);
  return {};
}

bool matches(const PendingSearch& search, const rules::AlarmText& text, rules::Severity severity) {
  return std::ranges::all_of(search.filters, [&](const Matcher& filter) {
    return filter.matches(value_of(text, severity, filter.label()));
  });
}

std::string queue_of(const daemon::Core& core, rules::AlarmId alarm) {
  const auto membership = core.desk().membership(alarm);
  if (!membership) return {};
  const auto incident = core.desk().find(membership->incident);
  return incident ? incident->queue : std::string{};
}

void write_annotations(JsonText& json, const rules::AlarmTextView& text) {
  bool has_summary = text.summary.empty();
  for (const auto& annotation : text.annotations) {
    json.key(annotation.name).text(annotation.value);
    has_summary = has_summary || annotation.name == "summary";
  }
  if (!has_summary) json.key("summary").text(text.summary);
}

/// The latest end that a firing origin named.
rules::Time named_end(const AlarmView& alarm) {
  rules::Time end;
  for (const auto& [source, origin] : alarm.origins) {
    if (origin.status == rules::Status::firing) end = std::max(end, origin.ends_at);
  }
  return end;
}

}  // namespace

std::vector<std::pair<std::string_view, std::string_view>> prometheus_labels(
    const rules::AlarmTextView& text, rules::Severity severity) {
  LabelPairs labels;
  for (const auto& label : text.labels) labels.emplace_back(label.name, label.value);
  const LabelPairs own{
      {"alertname", text.type}, {"instance", text.resource}, {"severity", name(severity)}};
  for (const auto& label : own) {
    if (!label.second.empty() && value_of(labels, label.first).empty()) {
      labels.insert(std::ranges::upper_bound(labels, label), label);
    }
  }
  return labels;
}

PendingPart find_pending(const daemon::Core& core, const PendingSearch& search,
                         rules::AlarmId after) {
  PendingPart part;
  part.looked_at = after;
  part.resolve_timeout = core.setup().judging.resolve_timeout;
  Scan scan;
  const auto& correlator = core.correlator();
  while (part.looked_at < correlator.last_alarm()) {
    if (scan.is_over() || part.alerts.size() >= limits::page_max) return part;
    const auto id = ++part.looked_at;
    scan.look();
    const auto state = correlator.find(id);
    if (!state || !state->active) continue;
    if (!search.filters.empty()) {
      const auto text = correlator.find_text(id);
      scan.look(text->bytes().size());
      if (!matches(search, *text, state->severity)) continue;
    }
    auto queue = queue_of(core, id);
    if (search.receiver && !search.receiver->matches(queue)) continue;
    part.alerts.push_back({copy_alarm(core, id, scan), std::move(queue)});
  }
  part.is_last = true;
  return part;
}

void write(JsonText& json, const PendingAlert& alert, rules::Time ends_at) {
  const auto text = alert.alarm.text.view();
  const auto& state = alert.alarm.state;
  const auto named = named_end(alert.alarm);
  json.object([&] {
    json.key("annotations").object([&] { write_annotations(json, text); });
    json.key("endsAt").time(rules::is_known(named) ? named : ends_at);
    json.key("fingerprint").text(fmt::format("{:016x}", state.id));
    json.key("receivers").array([&] {
      if (alert.queue.empty()) return;
      json.object([&] { json.key("name").text(alert.queue); });
    });
    json.key("startsAt").time(state.raised_at);
    json.key("status").object([&] {
      json.key("inhibitedBy").array([] {});
      json.key("silencedBy").array([] {});
      json.key("state").text("active");
    });
    json.key("updatedAt").time(state.last_at);
    json.key("labels").object([&] {
      for (const auto& [name, value] : prometheus_labels(text, state.severity)) {
        json.key(name).text(value);
      }
    });
  });
}

}  // namespace deskd::api
