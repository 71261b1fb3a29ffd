#include <algorithm>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "config/limits.h"
#include "daemon/api/acting/asked.h"
#include "daemon/api/acting/filter_body.h"
#include "daemon/api/acting/id_list.h"
#include "daemon/api/asking.h"
#include "daemon/api/routes.h"
#include "daemon/api/views/render.h"
#include "daemon/api/views/search.h"

namespace deskd::api {

namespace json = boost::json;

namespace {

using Ids = std::vector<desk::IncidentId>;

/// One action on many incidents.
struct Bulk {
  std::variant<Ids, IncidentSearch> which;
  desk::Action action;
};

/// What the action came to for one of them.
struct Result {
  desk::IncidentId id = 0;
  std::optional<desk::Refusal> refusal;
  std::uint64_t version = 0;
  desk::State state = desk::State::fresh;
};

std::variant<Ids, IncidentSearch> read_which(JsonBody& body) {
  const auto* ids = body.list("ids");
  const auto* filter = body.object("filter");
  if ((ids == nullptr) == (filter == nullptr)) {
    body.refuse(R"(say which incidents: either {"ids": […]} or {"filter": {…}})");
  } else if (ids != nullptr) {
    return read_ids(body, *ids, limits::page_max);
  } else {
    auto search = read_filter(*filter);
    if (search) return std::move(*search);
    body.refuse(std::move(search.error()));
  }
  return Ids{};
}

Bulk read_bulk(JsonBody& body) {
  Bulk bulk{read_which(body), {}};
  if (const auto kind = body.word("action", action_names())) {
    bulk.action = read_action(body, static_cast<desk::ActionKind>(*kind));
  } else {
    body.refuse(R"(say which action: {"action": "ack"}, say)");
  }
  return bulk;
}

Result perform_one(daemon::Core& core, desk::IncidentId id, const desk::Action& action) {
  const auto done = core.act(id, action);
  if (!done) return {.id = id, .refusal = done.error()};
  const auto head = core.desk().find(*done);
  return {id, std::nullopt, head->version, head->state};
}

/// Which incidents are meant is settled before the first of them changes.
Page<Result> perform(daemon::Core& core, const Bulk& bulk) {
  Page<desk::IncidentId> picked;
  if (const auto* ids = std::get_if<Ids>(&bulk.which)) {
    picked.items = *ids;
  } else {
    picked = pick_incidents(core, std::get<IncidentSearch>(bulk.which));
  }
  Page<Result> page{.items = {}, .next = std::move(picked.next)};
  for (const auto id : picked.items) page.items.push_back(perform_one(core, id, bulk.action));
  return page;
}

json::object render(const Result& result) {
  json::object out;
  out["id"] = daemon::shown_id(result.id);
  if (result.refusal) {
    out["status"] = status_of(result.refusal->kind);
    out["detail"] = result.refusal->detail;
  } else {
    out["status"] = 200;
    out["version"] = result.version;
    out["state"] = name(result.state);
  }
  return out;
}

void act_on_many(const Parts& parts, Call call) {
  auto asked = read_asked_without_version(call, read_bulk);
  if (!asked) return call.respond(std::move(asked.error()));
  asked->wanted.action.actor = std::move(call.actor);
  change(
      parts, std::move(call.respond), std::move(asked->once),
      [bulk = std::move(asked->wanted)](daemon::Core& core) { return perform(core, bulk); },
      [](const Page<Result>& page) { return json_answer(200, render(page)); });
}

}  // namespace

void add_bulk(Router& router, const Parts& parts) {
  router.add("POST", "/api/v1/incidents/actions", daemon::Role::desk_operator,
             [&parts](Call call) { act_on_many(parts, std::move(call)); });
}

}  // namespace deskd::api
