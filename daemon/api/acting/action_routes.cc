#include <optional>
#include <utility>

#include <fmt/format.h>

#include "config/reader.h"
#include "daemon/api/acting/asked.h"
#include "daemon/api/asking.h"
#include "daemon/api/routes.h"
#include "daemon/api/views/copy.h"
#include "daemon/api/views/render.h"

namespace deskd::api {

namespace {

using connectors::HttpAnswer;
using connectors::problem;

/// What an action came to: the incident, or why not; neither: there was none to act on.
struct Acted {
  std::optional<desk::Refusal> refusal;
  std::optional<IncidentDetail> incident;
};

Acted acted(const daemon::Core& core, const std::expected<desk::IncidentId, desk::Refusal>& done) {
  if (!done) return {done.error(), std::nullopt};
  return {std::nullopt, copy_detail(core, *done)};
}

HttpAnswer render_acted(const Acted& done) {
  if (done.refusal) return refusal_answer(*done.refusal);
  if (!done.incident) return {204, {}, {}, {}};
  return written_answer(200, written(*done.incident));
}

HttpAnswer render_raised(const Acted& done) {
  auto answer = render_acted(done);
  if (done.refusal) return answer;
  answer.status = 201;
  add_location(answer);
  return answer;
}

HttpAnswer no_action(std::string_view name) {
  return problem(404, fmt::format("there is no action {}{}", name,
                                  config::nearest_hint(name, action_names())));
}

void act(const Parts& parts, Call call) {
  const auto id = daemon::parse_id(call.names[0]);
  if (!id) return call.respond(problem(404, "there is no incident " + call.names[0]));
  const auto kind = desk::action_named(call.names[1]);
  if (!kind) return call.respond(no_action(call.names[1]));
  auto asked = read_asked(call, [&](JsonBody& body) { return read_action(body, *kind); });
  if (!asked) return call.respond(std::move(asked.error()));
  auto& action = asked->wanted;
  action.actor = std::move(call.actor);
  action.if_version = asked->if_version;
  change(
      parts, std::move(call.respond), std::move(asked->once),
      [id = *id, action = std::move(action)](daemon::Core& core) {
        return acted(core, core.act(id, action));
      },
      render_acted);
}

void raise_by_hand(const Parts& parts, Call call) {
  auto asked = read_asked_without_version(call, read_new_incident);
  if (!asked) return call.respond(std::move(asked.error()));
  asked->wanted.actor = std::move(call.actor);
  change(
      parts, std::move(call.respond), std::move(asked->once),
      [wanted = std::move(asked->wanted)](daemon::Core& core) {
        return acted(core, core.raise_incident(wanted));
      },
      render_raised);
}

Acted claim(daemon::Core& core, std::string_view queue, const desk::Actor& actor) {
  const auto claimed = core.claim_next(queue, actor);
  if (!claimed) return {claimed.error(), std::nullopt};
  if (!*claimed) return {};
  return acted(core, **claimed);
}

void next(const Parts& parts, Call call) {
  auto asked = read_asked_without_version(call, [](JsonBody&) { return true; });
  if (!asked) return call.respond(std::move(asked.error()));
  change(
      parts, std::move(call.respond), std::move(asked->once),
      [queue = call.names[0], actor = std::move(call.actor)](daemon::Core& core) {
        return claim(core, queue, actor);
      },
      render_acted);
}

}  // namespace

void add_actions(Router& router, const Parts& parts) {
  router.add("POST", "/api/v1/incidents", daemon::Role::desk_operator,
             [&parts](Call call) { raise_by_hand(parts, std::move(call)); });
  router.add("POST", "/api/v1/incidents/{id}/{action}", daemon::Role::desk_operator,
             [&parts](Call call) { act(parts, std::move(call)); });
  router.add("POST", "/api/v1/queues/{queue}/next", daemon::Role::desk_operator,
             [&parts](Call call) { next(parts, std::move(call)); });
}

}  // namespace deskd::api
