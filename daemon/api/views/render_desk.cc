#include <boost/json/string.hpp>

#include "daemon/api/views/render.h"

namespace deskd::api {

namespace json = boost::json;

namespace {

json::object render_refusal(const connectors::RefusalSeen& refusal) {
  return {{"sender", text_or_null(refusal.sender)},
          {"user", text_or_null(refusal.user)},
          {"reason", refusal.reason},
          {"detail", refusal.detail},
          {"count", refusal.count},
          {"at", render(refusal.at)}};
}

std::string_view state_of(const SourceView& source) {
  if (source.kind.empty()) return "removed";
  return source.lane.bytes >= source.lane.bytes_max ? "full" : "listening";
}

}  // namespace

json::object render(const SourceView& source) {
  const connectors::SourceBooks& books = source.books;
  json::object outcomes;
  for (std::size_t i = 0; i < rules::outcome_count; ++i) {
    outcomes[rules::outcome_names[i]] = books.outcomes.counts[i];
  }
  json::object requests_refused;
  for (const auto& [reason, count] : books.requests_refused) requests_refused[reason] = count;
  json::array refusals;
  for (const auto& refusal : books.refusals) refusals.emplace_back(render_refusal(refusal));

  json::object out;
  out["name"] = source.name;
  out["kind"] = text_or_null(source.kind);
  out["format"] = text_or_null(source.format);
  out["state"] = state_of(source);
  out["received"] = books.received;
  out["in_flight"] = books.in_flight;
  out["outcomes"] = std::move(outcomes);
  out["severity_unknown"] = books.severity_unknown;
  out["event_time_clamped"] = books.event_time_clamped;
  out["last_alert_at"] = render(books.last_alert_at);
  out["lane"] = json::object{{"bytes", source.lane.bytes},
                             {"bytes_max", source.lane.bytes_max},
                             {"alerts", source.lane.alerts}};
  out["requests_refused"] = std::move(requests_refused);
  out["refusals"] = std::move(refusals);
  return out;
}

json::object render(const QueueView& view) {
  json::object backlog;
  for (const auto& [priority, count] : view.backlog) backlog[priority] = count;
  json::object states;
  for (std::size_t i = 0; i < view.states.size(); ++i) {
    states[name(static_cast<desk::State>(i))] = view.states[i];
  }
  json::object out;
  out["name"] = view.queue.name;
  out["team"] = text_or_null(view.queue.team);
  out["tier"] = view.queue.tier;
  out["catch_all"] = view.queue.catch_all;
  out["backlog"] = std::move(backlog);
  out["states"] = std::move(states);
  out["unacknowledged"] = view.unacknowledged;
  out["oldest_at"] = render(view.oldest_at);
  return out;
}

json::object render(const RuleView& view) {
  return {{"name", view.rule.name},
          {"file", view.rule.file},
          {"line", view.rule.line},
          {"hits", view.hits},
          {"unstated", view.unstated}};
}

}  // namespace deskd::api
