#include <optional>
#include <utility>

#include <fmt/format.h>

#include "daemon/api/acting/asked.h"
#include "daemon/api/asking.h"
#include "daemon/api/routes.h"
#include "daemon/api/search_parameters.h"
#include "daemon/api/views/letters.h"
#include "daemon/api/views/render.h"

namespace deskd::api {

namespace {

connectors::HttpAnswer no_letter(std::string_view id) {
  return connectors::problem(404, no_such_letter(id));
}

void list(const Parts& parts, Call call) {
  Parameters parameters(call.request);
  auto search = read_letter_search(parameters);
  if (auto fault = parameters.fault()) return call.respond(std::move(*fault));
  show(
      parts, std::move(call.respond),
      [search = std::move(search)](const daemon::Core& core) { return find_letters(core, search); },
      [](const Page<LetterView>& page) { return json_answer(200, render(page)); });
}

void detail(const Parts& parts, Call call) {
  if (auto fault = Parameters(call.request).fault()) return call.respond(std::move(*fault));
  const auto id = daemon::parse_id(call.names[0]);
  if (!id) return call.respond(no_letter(call.names[0]));
  show(
      parts, std::move(call.respond),
      [id = *id](const daemon::Core& core) { return copy_letter(core, id); },
      [shown = call.names[0]](const std::optional<LetterView>& seen) {
        return seen ? json_answer(200, render_whole(*seen)) : no_letter(shown);
      });
}

void drop(const Parts& parts, Call call) {
  const auto id = daemon::parse_id(call.names[0]);
  if (!id) return call.respond(no_letter(call.names[0]));
  auto asked = read_asked_without_version(call, [](JsonBody&) { return true; });
  if (!asked) return call.respond(std::move(asked.error()));
  change(
      parts, std::move(call.respond), std::move(asked->once),
      [id = *id](daemon::Core& core) { return core.drop_dead_letter(id); },
      [shown = call.names[0]](bool is_dropped) {
        if (!is_dropped) return no_letter(shown);
        return connectors::HttpAnswer{204, {}, {}, {}};
      });
}

}  // namespace

void add_letters(Router& router, const Parts& parts) {
  router.add("GET", "/api/v1/dead-letters", daemon::Role::viewer,
             [&parts](Call call) { list(parts, std::move(call)); });
  router.add("GET", "/api/v1/dead-letters/{id}", daemon::Role::viewer,
             [&parts](Call call) { detail(parts, std::move(call)); });
  router.add("DELETE", "/api/v1/dead-letters/{id}", daemon::Role::desk_operator,
             [&parts](Call call) { drop(parts, std::move(call)); });
}

}  // namespace deskd::api
