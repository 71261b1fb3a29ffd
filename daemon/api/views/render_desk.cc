#include "daemon/api/views/render.h"

namespace deskd::api {

namespace json = boost::json;

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
