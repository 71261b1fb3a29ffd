#include <utility>

#include "connectors/webhook/request_checks.h"
#include "daemon/api/asking.h"
#include "daemon/api/parameters.h"
#include "daemon/api/routes.h"
#include "daemon/core/current_setup.h"
#include "daemon/explanation/prospect.h"

namespace deskd::api {

namespace {

/// Decoded and judged on this thread; only what would follow is asked of the core.
void look_ahead(const Parts& parts, daemon::ExplainedPayload payload,
                connectors::HttpRespond respond) {
  auto explained = std::make_shared<daemon::ExplainedPayload>(std::move(payload));
  show(
      parts, std::move(respond),
      [explained](const daemon::Core& core) { return daemon::foresee(core, *explained); },
      [explained](std::vector<daemon::Prospect> prospects) {
        for (std::size_t i = 0; i < prospects.size(); ++i) {
          explained->alerts[i].prospect = std::move(prospects[i]);
        }
        return json_answer(200, daemon::render(*explained));
      });
}

void explain(const Parts& parts, Call call) {
  Parameters parameters(call.request);
  const auto source = parameters.text("source");
  const auto rule = parameters.text("rule");
  if (parameters.fault_text().empty() && !source) {
    parameters.refuse("source", "is missing: which source would get this payload?");
  }
  if (auto fault = parameters.fault()) return call.respond(std::move(*fault));
  if (auto refused = connectors::check_type(call.request)) {
    return call.respond(std::move(refused->answer));
  }
  auto body = connectors::read_body(call.request);
  if (!body) return call.respond(std::move(body.error().answer));
  auto explained = daemon::explain({.judging = daemon::judging_of(parts.setup()),
                                    .source = *source,
                                    .rule = rule.value_or(""),
                                    .body = *std::move(body),
                                    .received_at = call.request.received_at});
  if (!explained) return call.respond(connectors::problem(404, explained.error()));
  look_ahead(parts, *std::move(explained), std::move(call.respond));
}

}  // namespace

void add_explain(Router& router, const Parts& parts) {
  router.add("POST", "/api/v1/explain", daemon::Role::viewer,
             [&parts](Call call) { explain(parts, std::move(call)); });
}

}  // namespace deskd::api
