#include <optional>
#include <utility>

#include <fmt/format.h>

#include "daemon/api/acting/asked.h"
#include "daemon/api/asking.h"
#include "daemon/api/routes.h"
#include "daemon/api/search_parameters.h"
#include "daemon/api/views/copy.h"
#include "daemon/api/views/render.h"

namespace deskd::api {

namespace {

using connectors::HttpAnswer;
using connectors::problem;

HttpAnswer no_alarm(std::string_view id) {
  return problem(404, fmt::format("there is no alarm {}", id));
}

void list(const Parts& parts, Call call) {
  Parameters parameters(call.request);
  auto search = read_alarm_search(parameters);
  if (auto fault = parameters.fault()) return call.respond(std::move(*fault));
  show_in_looks(
      parts, std::move(call.respond), AlarmsFound(std::move(search)),
      [](const AlarmsFound& found) { return written_answer(200, written(found.page())); });
}

std::optional<AlarmView> copy_one(const daemon::Core& core, rules::AlarmId id) {
  if (!core.correlator().find(id)) return std::nullopt;
  Scan scan;
  return copy_alarm(core, id, scan);
}

void detail(const Parts& parts, Call call) {
  if (auto fault = Parameters(call.request).fault()) return call.respond(std::move(*fault));
  const auto id = daemon::parse_id(call.names[0]);
  if (!id) return call.respond(no_alarm(call.names[0]));
  show(
      parts, std::move(call.respond),
      [id = *id](const daemon::Core& core) { return copy_one(core, id); },
      [shown = call.names[0]](std::optional<AlarmView> seen) {
        return seen ? written_answer(200, written(*seen)) : no_alarm(shown);
      });
}

/// What clearing came to: the alarm, or why not.
struct Cleared {
  std::optional<desk::Refusal> refusal;
  std::optional<AlarmView> alarm;
};

Cleared perform(daemon::Core& core, rules::AlarmId id, const desk::Actor& actor,
                std::string_view text) {
  const auto done = core.clear_alarm(id, actor, text);
  if (!done) return {done.error(), std::nullopt};
  return {std::nullopt, copy_one(core, id)};
}

void clear(const Parts& parts, Call call) {
  const auto id = daemon::parse_id(call.names[0]);
  if (!id) return call.respond(no_alarm(call.names[0]));
  auto asked = read_asked_without_version(call, read_text);
  if (!asked) return call.respond(std::move(asked.error()));
  change(
      parts, std::move(call.respond), std::move(asked->once),
      [id = *id, actor = std::move(call.actor), text = std::move(asked->wanted)](
          daemon::Core& core) { return perform(core, id, actor, text); },
      [](const Cleared& cleared) {
        if (cleared.refusal) return refusal_answer(*cleared.refusal);
        return written_answer(200, written(*cleared.alarm));
      });
}

}  // namespace

void add_alarms(Router& router, const Parts& parts) {
  router.add("GET", "/api/v1/alarms", daemon::Role::viewer,
             [&parts](Call call) { list(parts, std::move(call)); });
  router.add("GET", "/api/v1/alarms/{id}", daemon::Role::viewer,
             [&parts](Call call) { detail(parts, std::move(call)); });
  router.add("POST", "/api/v1/alarms/{id}/clear", daemon::Role::desk_operator,
             [&parts](Call call) { clear(parts, std::move(call)); });
}

}  // namespace deskd::api
