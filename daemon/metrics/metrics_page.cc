#include "daemon/metrics/metrics_page.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <prometheus/histogram.h>
#include <prometheus/text_serializer.h>

#include "daemon/metrics/metrics.h"
#include "daemon/metrics/running_series.h"

namespace deskd::daemon {

namespace {

using prometheus::MetricType;

constexpr std::array<std::string_view, 4> open_states{"new", "assigned", "in_progress", "pending"};

double seconds(rules::Duration duration) { return std::chrono::duration<double>(duration).count(); }

double epoch_seconds(rules::Time time) { return seconds(time.time_since_epoch()); }

}  // namespace

void MetricsPage::counters(std::string_view name, std::string_view help) {
  families_.push_back({std::string(name), std::string(help), MetricType::Counter, {}});
}

void MetricsPage::gauges(std::string_view name, std::string_view help) {
  families_.push_back({std::string(name), std::string(help), MetricType::Gauge, {}});
}

void MetricsPage::add(const Labels& labels, double value) {
  auto& series = families_.back().metric.emplace_back();
  for (const auto& [name, text] : labels) {
    series.label.push_back({std::string(name), std::string(text)});
  }
  series.counter.value = value;
  series.gauge.value = value;
}

void MetricsPage::add(std::string_view name, std::string_view help,
                      const prometheus::Histogram& histogram) {
  families_.push_back({std::string(name), std::string(help), MetricType::Histogram, {}});
  families_.back().metric.push_back(histogram.Collect());
}

std::string MetricsPage::text() {
  std::erase_if(families_, [](const auto& family) { return family.metric.empty(); });
  return prometheus::TextSerializer{}.Serialize(families_);
}

std::string Metrics::text(rules::Time now, std::uint64_t ledger_bytes,
                          const std::vector<RunningSourceView>& running) const {
  std::shared_ptr<const Picture> picture;
  {
    const std::lock_guard lock(mutex_);
    picture = picture_;
  }
  MetricsPage page;
  alert_series(page);
  lane_series(page);
  desk_series(page, *picture, now);
  rule_series(page, *picture);
  backlog_series(page, *picture);
  add_running(page, running);
  daemon_series(page, ledger_bytes);
  return page.text();
}

// All of these come from one reading of the books, else the equation would not hold in a scrape.
void Metrics::alert_series(MetricsPage& page) const {
  const auto books = accounts_.read(false);
  page.counters("desk_alerts_received_total", "Alerts received, malformed ones included.");
  for (const auto& book : books) page.add({{"source", book.source}}, book.received);
  page.gauges("desk_alerts_in_flight", "Alerts received whose outcome is still to come.");
  for (const auto& book : books) page.add({{"source", book.source}}, book.in_flight);
  page.counters("desk_alerts_total", "What became of alerts; each has one outcome.");
  for (const auto& book : books) {
    for (std::size_t i = 0; i < rules::outcome_count; ++i) {
      page.add({{"source", book.source}, {"outcome", rules::outcome_names[i]}},
               book.outcomes.counts[i]);
    }
  }
  page.counters("desk_severity_unknown_total", "Alerts whose severity no word list knows.");
  for (const auto& book : books) page.add({{"source", book.source}}, book.severity_unknown);
  page.counters("desk_event_time_clamped_total", "Alerts whose event time lay in the future.");
  for (const auto& book : books) page.add({{"source", book.source}}, book.event_time_clamped);
  page.counters("desk_requests_refused_total", "Requests refused before they were decoded.");
  for (const auto& book : books) {
    for (const auto& [reason, count] : book.requests_refused) {
      page.add({{"source", book.source}, {"reason", reason}}, count);
    }
  }
  page.gauges("desk_source_last_alert_timestamp_seconds", "When the last alert was received.");
  for (const auto& book : books) {
    if (!rules::is_known(book.last_alert_at)) continue;
    page.add({{"source", book.source}}, epoch_seconds(book.last_alert_at));
  }
}

void Metrics::lane_series(MetricsPage& page) const {
  const auto lanes = inbox_.fill();
  page.gauges("desk_inbox_bytes", "What waits in a lane.");
  for (const auto& lane : lanes) {
    page.add({{"source", lane.source}}, static_cast<std::uint64_t>(lane.bytes));
  }
  page.gauges("desk_inbox_bytes_max", "What may wait in a lane.");
  for (const auto& lane : lanes) {
    page.add({{"source", lane.source}}, static_cast<std::uint64_t>(lane.bytes_max));
  }
}

void Metrics::desk_series(MetricsPage& page, const Picture& picture, rules::Time now) const {
  page.gauges("desk_incidents_open", "Open incidents.");
  for (const auto& queue : picture.backlog) {
    for (const auto& [priority, counts] : queue.open) {
      for (std::size_t i = 0; i < counts.size(); ++i) {
        page.add({{"queue", queue.queue}, {"priority", priority}, {"state", open_states[i]}},
                 counts[i]);
      }
    }
  }
  page.gauges("desk_incidents_unacked", "Open incidents that nobody acknowledged.");
  for (const auto& queue : picture.backlog) {
    for (const auto& [priority, count] : queue.unacked) {
      page.add({{"queue", queue.queue}, {"priority", priority}}, count);
    }
  }
  page.gauges("desk_queue_oldest_seconds", "Age of a queue's oldest open incident; none: 0.");
  for (const auto& queue : picture.backlog) {
    const bool has_any = rules::is_known(queue.oldest_at);
    page.add({{"queue", queue.queue}},
             has_any ? std::max(0.0, seconds(now - queue.oldest_at)) : 0.0);
  }
  page.counters("desk_incidents_opened_total", "Incidents opened.");
  for (const auto& [key, count] : picture.opened) {
    page.add({{"queue", key.first}, {"priority", key.second}}, count);
  }
  page.counters("desk_incidents_resolved_total",
                "Incidents resolved or cancelled, by what did it.");
  for (const auto& [key, count] : picture.resolved) {
    page.add({{"queue", key.first}, {"cause", key.second}}, count);
  }
  page.gauges("desk_unallocated", "Incidents opened since the start without a queue: never any.");
  page.add({}, picture.unallocated);
  page.add("desk_allocation_seconds", "From an alert's receipt to its incident durable in a queue.",
           *allocation_seconds_);
  page.add("desk_incident_ack_seconds", "From an incident's opening to its acknowledgement.",
           *ack_seconds_);
  page.add("desk_incident_resolve_seconds", "From an incident's opening to its resolution.",
           *resolve_seconds_);
  page.gauges("desk_alarms_active", "Alarms that are active.");
  for (std::size_t i = 0; i < rules::severity_count; ++i) {
    page.add({{"severity", rules::severity_names[i]}}, picture.alarms_active[i]);
  }
}

void Metrics::rule_series(MetricsPage& page, const Picture& picture) const {
  if (!picture.rules) return;
  const auto& names = picture.rules->names();
  page.counters("desk_rule_hits_total", "Alerts whose conditions a rule held for.");
  for (std::size_t i = 0; i < picture.hits.size(); ++i) {
    page.add({{"rule", names[i].name}}, picture.hits[i]);
  }
  page.counters("desk_rule_unstated_total", "Decisions that a rule meant to make and could not.");
  for (std::size_t i = 0; i < picture.unstated.size(); ++i) {
    if (picture.unstated[i] > 0) page.add({{"rule", names[i].name}}, picture.unstated[i]);
  }
  page.gauges("desk_rules", "Rules of the current setup.");
  page.add({}, static_cast<std::uint64_t>(names.size()));
}

void Metrics::backlog_series(MetricsPage& page, const Picture& picture) const {
  page.gauges("desk_source_watermark_timestamp_seconds",
              "How far the time of a source that reads a backlog has come.");
  for (const auto& behind : picture.behind) {
    page.add({{"source", behind.source}}, epoch_seconds(behind.watermark));
  }
  page.gauges("desk_source_stalled", "Whether that time has stood still for stall_max.");
  for (const auto& behind : picture.behind) {
    page.add({{"source", behind.source}}, behind.stalled ? 1.0 : 0.0);
  }
  page.gauges("desk_dead_letters", "Messages that could not become alerts, and wait for a person.");
  page.add({}, picture.dead_letters);
  page.counters("desk_dead_letters_lost_total", "Dead letters that left because of their number.");
  page.add({}, picture.dead_letters_lost);
}

void Metrics::daemon_series(MetricsPage& page, std::uint64_t ledger_bytes) const {
  Reloads reloads;
  std::array<Refusals, 2> refusals;
  {
    const std::lock_guard lock(mutex_);
    reloads = reloads_;
    refusals = refusals_;
  }
  page.counters("desk_api_refused_total", "Requests without a valid token, or without the role.");
  page.add({{"reason", "unauthorized"}}, refusals[0].count);
  page.add({{"reason", "forbidden"}}, refusals[1].count);
  page.add("desk_ledger_commit_seconds", "What a commit took, its sync included.",
           *commit_seconds_);
  page.gauges("desk_ledger_bytes", "The ledger on disk.");
  page.add({}, ledger_bytes);
  page.gauges("desk_config_reload_success", "Whether the last reload succeeded.");
  page.add({}, reloads.success ? 1.0 : 0.0);
  page.gauges("desk_config_reload_success_timestamp_seconds", "When a reload last succeeded.");
  page.add({}, epoch_seconds(reloads.succeeded_at));
  page.gauges("desk_tls_certificate_end_timestamp_seconds", "When the certificate runs out.");
  if (reloads.certificate_ends) {
    page.add({}, static_cast<double>(reloads.certificate_ends->time_since_epoch().count()));
  }
  page.gauges("desk_config_info", "The setup that is current.");
  page.add({{"hash", reloads.hash}, {"setup", std::to_string(reloads.number)}}, 1.0);
  page.gauges("desk_build_info", "The program.");
  page.add({{"version", version_}}, 1.0);
}

}  // namespace deskd::daemon
