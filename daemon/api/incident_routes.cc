#include <optional>
#include <utility>

#include <fmt/format.h>

#include "daemon/api/asking.h"
#include "daemon/api/routes.h"
#include "daemon/api/search_parameters.h"
#include "daemon/api/views/copy.h"
#include "daemon/api/views/render.h"

namespace deskd::api {

namespace {

using connectors::HttpAnswer;
using connectors::problem;

HttpAnswer no_incident(std::string_view id) {
  return problem(404, fmt::format("there is no incident {}", id));
}

void list(const Parts& parts, Call call) {
  Parameters parameters(call.request);
  auto search = read_incident_search(parameters);
  if (auto fault = parameters.fault()) return call.respond(std::move(*fault));
  show_in_looks(
      parts, std::move(call.respond), IncidentsFound(std::move(search)),
      [](const IncidentsFound& found) { return written_answer(200, written(found.page())); });
}

void detail(const Parts& parts, Call call) {
  if (auto fault = Parameters(call.request).fault()) return call.respond(std::move(*fault));
  const auto id = daemon::parse_id(call.names[0]);
  if (!id) return call.respond(no_incident(call.names[0]));
  show(
      parts, std::move(call.respond),
      [id = *id](const daemon::Core& core) { return copy_detail(core, id); },
      [shown = call.names[0]](std::optional<IncidentDetail> seen) {
        return seen ? written_answer(200, written(*seen)) : no_incident(shown);
      });
}

}  // namespace

void add_incidents(Router& router, const Parts& parts) {
  router.add("GET", "/api/v1/incidents", daemon::Role::viewer,
             [&parts](Call call) { list(parts, std::move(call)); });
  router.add("GET", "/api/v1/incidents/{id}", daemon::Role::viewer,
             [&parts](Call call) { detail(parts, std::move(call)); });
}

}  // namespace deskd::api
