#include <utility>

#include <fmt/format.h>

#include "daemon/api/asking.h"
#include "daemon/api/parameters.h"
#include "daemon/api/routes.h"
#include "daemon/api/views/desk_views.h"
#include "daemon/api/views/render.h"

namespace deskd::api {

namespace json = boost::json;

namespace {

PlaceRange read_range(Parameters& parameters) {
  PlaceRange range;
  range.limit = parameters.limit();
  range.first = parameters.number("cursor").value_or(0);
  return range;
}

/// A list that is copied on the core's thread by `copy(core, range)`.
template <class Copy>
void list(const Parts& parts, Call call, Copy copy) {
  Parameters parameters(call.request);
  const auto range = read_range(parameters);
  if (auto fault = parameters.fault()) return call.respond(std::move(*fault));
  show(
      parts, std::move(call.respond),
      [range, copy](const daemon::Core& core) { return copy(core, range); },
      [](auto page) { return json_answer(200, render(page)); });
}

void sources(const Parts& parts, Call call) {
  Parameters parameters(call.request);
  const auto range = read_range(parameters);
  if (auto fault = parameters.fault()) return call.respond(std::move(*fault));
  show(
      parts, std::move(call.respond), [](const daemon::Core& core) { return copy_sources(core); },
      [&parts, range](const std::vector<SourceSetup>& configured) {
        SourceNews news{parts.accounts.read(true), parts.inbox.fill(), {}};
        if (parts.running_sources) news.running = parts.running_sources();
        return json_answer(200, render(join_sources(configured, news, range)));
      });
}

json::array render_problems(const config::Problems& problems) {
  json::array out;
  for (const auto& problem : problems.all()) {
    const auto& place = problem.place;
    json::object entry;
    entry["file"] = place.file ? json::value(place.file->name) : json::value(nullptr);
    entry["line"] = place.line;
    entry["column"] = place.column;
    entry["level"] = problem.level == config::Level::error ? "error" : "warning";
    entry["message"] = problem.message;
    out.push_back(std::move(entry));
  }
  return out;
}

connectors::HttpAnswer refused_reload(const daemon::ReloadResult& result) {
  const auto count = result.problems.all().size();
  json::object body;
  body["type"] = "about:blank";
  body["title"] = "Unprocessable Content";
  body["status"] = 422;
  body["detail"] =
      fmt::format("{} problem{} in the files: nothing was changed", count, count == 1 ? "" : "s");
  body["problems"] = render_problems(result.problems);
  body["text"] = result.problems.text();
  auto answer = json_answer(422, body);
  answer.content_type = "application/problem+json";
  return answer;
}

connectors::HttpAnswer render_reload(const daemon::ReloadResult& result) {
  if (!result.fault.empty()) return busy_answer(result.fault);
  if (!result.taken_over) return refused_reload(result);
  json::object body;
  body["hash"] = result.hash;
  body["number"] = result.number;
  body["warnings"] = render_problems(result.problems);
  json::array restarts;
  for (const auto& setting : result.restarts) restarts.emplace_back(setting);
  body["restarts"] = std::move(restarts);
  body["text"] = result.problems.text();
  return json_answer(200, body);
}

void reload(const Parts& parts, Call call) {
  if (auto fault = Parameters(call.request).fault()) return call.respond(std::move(*fault));
  parts.reload([respond = std::move(call.respond)](daemon::ReloadResult result) mutable {
    respond(render_reload(result));
  });
}

}  // namespace

void add_desk(Router& router, const Parts& parts) {
  router.add("GET", "/api/v1/queues", daemon::Role::viewer,
             [&parts](Call call) { list(parts, std::move(call), copy_queues); });
  router.add("GET", "/api/v1/rules", daemon::Role::viewer,
             [&parts](Call call) { list(parts, std::move(call), copy_rules); });
  router.add("GET", "/api/v1/sources", daemon::Role::viewer,
             [&parts](Call call) { sources(parts, std::move(call)); });
  router.add("POST", "/api/v1/reload", daemon::Role::admin,
             [&parts](Call call) { reload(parts, std::move(call)); });
}

}  // namespace deskd::api
