#include "daemon/api/views/pending.h"

#include <algorithm>
#include <array>

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

/// Labels that Prometheus' people expect.
constexpr std::string_view alertname = "alertname", instance = "instance",
                           severity_label = "severity";
constexpr std::array expected{alertname, instance, severity_label};

/// What stands for one of those where the alert has no label of that name.
std::string_view stand_in(std::string_view label, std::string_view type, std::string_view resource,
                          rules::Severity severity) {
  if (label == alertname) return type;
  if (label == instance) return resource;
  return label == severity_label ? name(severity) : std::string_view{};
}

/// What `prometheus_labels` has under a name, without making all of them.
std::string_view value_of(const rules::AlarmText& text, rules::Severity severity,
                          const rules::FieldName& label) {
  const auto own = text.value(label);
  if (!own.empty()) return own;
  return stand_in(label.name, text.value({rules::Field::type, {}}),
                  text.value({rules::Field::resource, {}}), severity);
}

bool matches(const PendingSearch& search, const rules::AlarmText& text, rules::Severity severity) {
  return std::ranges::all_of(search.filters, [&](const Matcher& filter) {
    return filter.matches(value_of(text, severity, filter.label()));
  });
}

/// What an alarm must have that all filters of one value match: a label, or what stands for it.
rules::WantedMarks marks_of(const PendingSearch& search) {
  rules::WantedMarks wanted;
  for (const Matcher& filter : search.filters) {
    const auto value = filter.only_value();
    // A label that is missing leaves no mark, and the alarm's severity is no text of it.
    if (!value || value->empty() || filter.name() == severity_label) continue;
    auto& marks = wanted.emplace_back();
    marks.push_back(rules::label_mark(rules::Field::label, filter.name(), *value));
    if (filter.name() == alertname) {
      marks.push_back(rules::label_mark(rules::Field::type, {}, *value));
    }
    if (filter.name() == instance) {
      marks.push_back(rules::label_mark(rules::Field::resource, {}, *value));
    }
  }
  return wanted;
}

std::string queue_of(const daemon::Core& core, rules::AlarmId alarm, desk::Incident& room) {
  const auto membership = core.desk().membership(alarm);
  if (!membership) return {};
  const auto* incident = core.desk().look(membership->incident, room);
  return incident != nullptr ? incident->queue : std::string{};
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
  for (const auto name : expected) {
    const std::pair label{name, stand_in(name, text.type, text.resource, severity)};
    if (!label.second.empty() && value_of(labels, name).empty()) {
      labels.insert(std::ranges::upper_bound(labels, label), label);
    }
  }
  return labels;
}

PendingFound::PendingFound(PendingSearch search)
    : search_(std::move(search)), marks_(marks_of(search_)) {}

bool PendingFound::look(const daemon::Core& core) {
  resolve_timeout_ = core.setup().judging.resolve_timeout;
  Scan scan;
  scan.begin_look();
  const auto shown_max = std::min(alerts_.size() + limits::page_max, limits::v2_alerts_max);
  const auto& correlator = core.correlator();
  while (looked_at_ < correlator.last_alarm()) {
    if (alerts_.size() >= shown_max || scan.is_look_over()) {
      is_cut_ = alerts_.size() >= limits::v2_alerts_max;
      return is_cut_;
    }
    const auto next = correlator.next_alarm(looked_at_ + 1, false, marks_);
    looked_at_ = next.alarm;
    scan.look();
    scan.look_at(next.texts_read);
    if (next.may_match) look_at(core, next.alarm, scan);
  }
  return true;
}

void PendingFound::look_at(const daemon::Core& core, rules::AlarmId alarm, Scan& scan) {
  const auto state = core.correlator().find(alarm);
  if (!state || !state->active) return;
  if (!search_.filters.empty()) {
    const auto text = core.correlator().find_text(alarm);
    scan.look(text->bytes().size());
    if (!matches(search_, *text, state->severity)) return;
  }
  auto queue = queue_of(core, alarm, room_);
  if (search_.receiver && !search_.receiver->matches(queue)) return;
  alerts_.push_back({copy_alarm(core, alarm, scan), std::move(queue)});
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
