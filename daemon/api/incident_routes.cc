#include <optional>
#include <utility>

#include <fmt/format.h>

#include "config/reader.h"
#include "daemon/api/asking.h"
#include "daemon/api/person.h"
#include "daemon/api/routes.h"
#include "daemon/api/search_parameters.h"
#include "daemon/api/views/copy.h"
#include "daemon/api/views/render.h"

namespace deskd::api {

namespace {

using connectors::HttpAnswer;
using connectors::problem;

constexpr std::array<std::string_view, 12> action_words{"ack",   "take",   "assign", "release",
                                                        "start", "pend",   "set",    "resolve",
                                                        "close", "reopen", "cancel", "note"};

HttpAnswer no_incident(std::string_view id) {
  return problem(404, fmt::format("there is no incident {}", id));
}

void list(const Parts& parts, Call call) {
  Parameters parameters(call.request);
  auto search = read_incident_search(parameters);
  if (auto fault = parameters.fault()) return call.respond(std::move(*fault));
  show(
      parts, std::move(call.respond),
      [search = std::move(search)](const daemon::Core& core) {
        return find_incidents(core, search);
      },
      [](Page<IncidentView> page) { return json_answer(200, render(page)); });
}

void detail(const Parts& parts, Call call) {
  if (auto fault = Parameters(call.request).fault()) return call.respond(std::move(*fault));
  const auto id = daemon::parse_id(call.names[0]);
  if (!id) return call.respond(no_incident(call.names[0]));
  show(
      parts, std::move(call.respond),
      [id = *id](const daemon::Core& core) { return copy_detail(core, id); },
      [shown = call.names[0]](std::optional<IncidentDetail> seen) {
        return seen ? json_answer(200, render(*seen)) : no_incident(shown);
      });
}

/// What an action came to: the incident, or why not.
struct Acted {
  std::optional<desk::Refusal> refusal;
  std::optional<IncidentDetail> incident;
};

Acted perform(daemon::Core& core, desk::IncidentId id, const desk::Action& action) {
  const auto done = core.act(id, action);
  if (!done) return {done.error(), std::nullopt};
  return {std::nullopt, copy_detail(core, *done)};
}

HttpAnswer render_acted(const Acted& acted) {
  if (acted.refusal) return refusal_answer(*acted.refusal);
  return json_answer(200, render(*acted.incident));
}

void act(const Parts& parts, Call call) {
  if (auto fault = Parameters(call.request).fault()) return call.respond(std::move(*fault));
  const auto id = daemon::parse_id(call.names[0]);
  if (!id) return call.respond(no_incident(call.names[0]));
  const auto kind = desk::action_named(call.names[1]);
  if (!kind) {
    return call.respond(
        problem(404, fmt::format("there is no action {}{}", call.names[1],
                                 config::nearest_hint(call.names[1], action_words))));
  }
  if (!desk::has_landed(*kind)) {
    return call.respond(
        problem(400, fmt::format("the action {} is not supported yet", call.names[1])));
  }
  auto actor = actor_of(call.request);
  if (!actor) return call.respond(std::move(actor.error()));
  auto words = words_of(call.request, *kind == desk::ActionKind::note);
  if (!words) return call.respond(std::move(words.error()));
  desk::Action action{*kind, std::move(*actor), std::move(words->text), words->if_version};
  change(
      parts, std::move(call.respond),
      [id = *id, action = std::move(action)](daemon::Core& core) {
        return perform(core, id, action);
      },
      [](const Acted& acted) { return render_acted(acted); });
}

}  // namespace

void add_incidents(Router& router, const Parts& parts) {
  router.add("GET", "/api/v1/incidents", [&parts](Call call) { list(parts, std::move(call)); });
  router.add("GET", "/api/v1/incidents/{id}",
             [&parts](Call call) { detail(parts, std::move(call)); });
  router.add("POST", "/api/v1/incidents/{id}/{action}",
             [&parts](Call call) { act(parts, std::move(call)); });
}

}  // namespace deskd::api
