#include "daemon/api/views/pending.h"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/string.hpp>

#include "daemon/api/views/copy.h"
#include "daemon/api/views/render.h"

namespace deskd::api {

namespace json = boost::json;

namespace {

using LabelPairs = std::vector<std::pair<std::string_view, std::string_view>>;

std::string_view value_of(const LabelPairs& labels, std::string_view name) {
  const auto found = std::ranges::lower_bound(labels, name, {}, &LabelPairs::value_type::first);
  return found != labels.end() && found->first == name ? found->second : std::string_view{};
}

bool matches(const PendingSearch& search, const rules::AlarmText& text, rules::Severity severity) {
  if (search.filters.empty()) return true;
  const auto view = text.view();
  const auto labels = prometheus_labels(view, severity);
  return std::ranges::all_of(search.filters, [&](const Matcher& filter) {
    return filter.matches(value_of(labels, filter.name()));
  });
}

std::string queue_of(const daemon::Core& core, rules::AlarmId alarm) {
  const auto membership = core.desk().membership(alarm);
  if (!membership) return {};
  const auto incident = core.desk().find(membership->incident);
  return incident ? incident->queue : std::string{};
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
    const auto text = correlator.find_text(id);
    if (!search.filters.empty()) scan.look(text->bytes().size());
    if (!matches(search, *text, state->severity)) continue;
    auto queue = queue_of(core, id);
    if (search.receiver && !search.receiver->matches(queue)) continue;
    part.alerts.push_back({copy_alarm(core, id, scan), std::move(queue)});
  }
  part.is_last = true;
  return part;
}

json::object render(const PendingAlert& alert, rules::Time ends_at) {
  const auto text = alert.alarm.text.view();
  const auto& state = alert.alarm.state;
  json::object labels;
  for (const auto& [name, value] : prometheus_labels(text, state.severity)) {
    labels[name] = json::string(value);
  }
  json::object annotations;
  for (const auto& annotation : text.annotations) {
    annotations[annotation.name] = json::string(annotation.value);
  }
  if (!text.summary.empty() && !annotations.contains("summary")) {
    annotations["summary"] = json::string(text.summary);
  }
  json::array receivers;
  if (!alert.queue.empty()) receivers.push_back(json::object{{"name", alert.queue}});
  const auto named = named_end(alert.alarm);

  json::object out;
  out["annotations"] = std::move(annotations);
  out["endsAt"] = render(rules::is_known(named) ? named : ends_at);
  out["fingerprint"] = fmt::format("{:016x}", state.id);
  out["receivers"] = std::move(receivers);
  out["startsAt"] = render(state.raised_at);
  out["status"] = json::object{
      {"inhibitedBy", json::array{}}, {"silencedBy", json::array{}}, {"state", "active"}};
  out["updatedAt"] = render(state.last_at);
  out["labels"] = std::move(labels);
  return out;
}

}  // namespace deskd::api
