#include <boost/json/string.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "connectors/batch.h"
#include "connectors/webhook/intake.h"
#include "daemon/api/views/render.h"

namespace deskd::api {

namespace json = boost::json;

namespace {

using connectors::PartitionLag;
using connectors::SourceKind;

/// How a source is doing. `detail` says what is wrong: empty exactly when nothing is.
struct Condition {
  std::string state;
  std::string detail;
};

std::string kind_of(const SourceView& source) {
  if (!source.kind) return {};
  return std::string(connectors::source_kind_names[static_cast<std::size_t>(*source.kind)]);
}

std::string_view state_outside_the_setup(std::string_view name) {
  if (name == connectors::own_source) return "deskd itself";
  return name == connectors::no_such_source ? "no such source" : "removed";
}

std::string_view full_lane_means(SourceKind kind) {
  switch (kind) {
    case SourceKind::kafka:
      return "its lane is full: it asks the brokers for no more until there is room";
    case SourceKind::snmp:
      return "its lane is full: traps are dropped until there is room";
    case SourceKind::webhook:
    case SourceKind::alertmanager_api:
      break;
  }
  return "its lane is full: senders get 503 until there is room";
}

Condition condition_of(const SourceView& source) {
  if (!source.kind) return {std::string(state_outside_the_setup(source.name)), {}};
  Condition condition{"listening", {}};
  if (source.running) {
    condition = {source.running->state.state, source.running->state.detail};
  } else if (!connectors::comes_by_http(*source.kind)) {
    condition = {"not running", "it has not been started yet"};
  }
  const auto& lane = source.lane;
  const bool is_full =
      condition.state == "waiting for room" || (lane.bytes_max > 0 && lane.bytes >= lane.bytes_max);
  if (is_full && condition.detail.empty()) {
    if (condition.state == "listening") condition.state = "full";
    condition.detail = full_lane_means(*source.kind);
  }
  return condition;
}

json::array facts_of(const SourceView& source) {
  json::array facts;
  if (source.kind == SourceKind::webhook) {
    facts.push_back({{"name", "path"}, {"value", "/in/" + source.name}});
  } else if (source.kind == SourceKind::alertmanager_api) {
    facts.push_back({{"name", "path"}, {"value", "/api/v2/alerts"}});
  } else if (source.running) {
    for (const auto& [name, value] : source.running->state.facts) {
      facts.push_back({{"name", name}, {"value", value}});
    }
  }
  return facts;
}

json::object render_lag(const PartitionLag& lag) {
  return {{"topic", lag.topic},
          {"partition", lag.partition},
          {"next", lag.next < 0 ? json::value(nullptr) : json::value(lag.next)},
          {"lag", lag.is_known ? json::value(lag.lag) : json::value(nullptr)}};
}

/// The partitions that need a look stand first: those whose end nobody knows, then the most behind.
json::value lag_of(const SourceView& source) {
  if (source.kind != SourceKind::kafka || !source.running) return nullptr;
  auto lags = source.running->lags;
  std::ranges::sort(lags, [](const PartitionLag& a, const PartitionLag& b) {
    return std::tie(a.is_known, b.lag, a.topic, a.partition) <
           std::tie(b.is_known, a.lag, b.topic, b.partition);
  });
  std::uint64_t records = 0;
  std::uint64_t unknown = 0;
  json::array shown;
  for (const PartitionLag& lag : lags) {
    if (shown.size() < limits::kafka_partitions_shown_max) shown.emplace_back(render_lag(lag));
    if (lag.is_known) records += lag.lag;
    if (!lag.is_known) ++unknown;
  }
  return json::object{{"records", records},
                      {"partitions", lags.size()},
                      {"unknown", unknown},
                      {"by_partition", std::move(shown)}};
}

json::value dropped_of(const SourceView& source) {
  if (source.kind != SourceKind::snmp || !source.running) return nullptr;
  json::object dropped;
  for (const auto& [reason, count] : source.running->dropped) dropped[reason] = count;
  return dropped;
}

json::object render_refusal(const connectors::RefusalSeen& refusal) {
  return {{"sender", text_or_null(refusal.sender)},
          {"user", text_or_null(refusal.user)},
          {"reason", refusal.reason},
          {"detail", refusal.detail},
          {"count", refusal.count},
          {"at", render(refusal.at)}};
}

void add_books(const connectors::SourceBooks& books, json::object& out) {
  json::object outcomes;
  for (std::size_t i = 0; i < rules::outcome_count; ++i) {
    outcomes[rules::outcome_names[i]] = books.outcomes.counts[i];
  }
  out["received"] = books.received;
  out["in_flight"] = books.in_flight;
  out["outcomes"] = std::move(outcomes);
  out["severity_unknown"] = books.severity_unknown;
  out["event_time_clamped"] = books.event_time_clamped;
  out["last_alert_at"] = render(books.last_alert_at);
}

void add_refusals(const connectors::SourceBooks& books, json::object& out) {
  json::object requests_refused;
  for (const auto& [reason, count] : books.requests_refused) requests_refused[reason] = count;
  json::array refusals;
  for (const auto& refusal : books.refusals) refusals.emplace_back(render_refusal(refusal));
  out["requests_refused"] = std::move(requests_refused);
  out["refusals"] = std::move(refusals);
}

}  // namespace

json::object render(const SourceView& source) {
  const Condition condition = condition_of(source);
  json::object out;
  out["name"] = source.name;
  out["kind"] = text_or_null(kind_of(source));
  out["format"] = text_or_null(source.format);
  out["state"] = condition.state;
  out["detail"] = text_or_null(condition.detail);
  out["facts"] = facts_of(source);
  out["lag"] = lag_of(source);
  out["dropped"] = dropped_of(source);
  add_books(source.books, out);
  out["lane"] = json::object{{"bytes", source.lane.bytes},
                             {"bytes_max", source.lane.bytes_max},
                             {"alerts", source.lane.alerts}};
  add_refusals(source.books, out);
  return out;
}

}  // namespace deskd::api
