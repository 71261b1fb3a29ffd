#include <utility>

#include "daemon/api/asking.h"
#include "daemon/api/routes.h"
#include "daemon/api/search_parameters.h"
#include "daemon/api/views/render.h"

namespace deskd::api {

namespace {

/// The alerts are read out of their blobs on this thread; only then is known which rules their
/// verdicts name, and the core is asked once more.
void alerts(const Parts& parts, Call call) {
  Parameters parameters(call.request);
  const auto search = read_alert_search(parameters);
  if (auto fault = parameters.fault()) return call.respond(std::move(*fault));
  ask(
      parts, std::move(call.respond),
      [search](const daemon::Core& core) { return pick_records(core, search); },
      [&parts, search, turned_away = parts.accounts.turned_away().read()](
          const LogRecords& records, const daemon::Confirmation& confirmation,
          connectors::HttpRespond respond) {
        auto page = find_alerts(records, turned_away, search);
        auto rules = rules_of(page.items);
        show(
            parts, std::move(respond),
            [rules = std::move(rules)](const daemon::Core& core) { return names_of(core, rules); },
            [page = std::move(page), confirmation](const RuleNames& names) {
              auto answer = json_answer(200, render(page, names));
              mark(answer, confirmation);
              return answer;
            });
      });
}

}  // namespace

void add_alerts(Router& router, const Parts& parts) {
  router.add("GET", "/api/v1/alerts", daemon::Role::viewer,
             [&parts](Call call) { alerts(parts, std::move(call)); });
}

}  // namespace deskd::api
