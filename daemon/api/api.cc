#include "daemon/api/api.h"

#include <utility>

#include "daemon/api/person.h"
#include "daemon/api/router.h"
#include "daemon/api/routes.h"

namespace deskd::api {

namespace {

connectors::HttpAnswer by_name() {
  return connectors::problem(
      403,
      "while deskd knows no tokens it is asked by address or as localhost: a page of another "
      "site could have its own name point here");
}

}  // namespace

Api::Api(Parts parts) : parts_(std::move(parts)) {
  auto router =
      std::make_unique<Router>([this](const connectors::HttpRequest& request, daemon::Role needed) {
        return admitted(request, needed);
      });
  add_intake(*router, parts_);
  add_incidents(*router, parts_);
  add_bulk(*router, parts_);
  add_actions(*router, parts_);
  add_alarms(*router, parts_);
  add_alerts(*router, parts_);
  add_letters(*router, parts_);
  add_retries(*router, parts_);
  add_explain(*router, parts_);
  add_desk(*router, parts_);
  add_alertmanager(*router, parts_);
  add_health(*router, parts_);
  router_ = std::move(router);
}

Api::~Api() = default;

std::expected<desk::Actor, connectors::HttpAnswer> Api::admitted(
    const connectors::HttpRequest& request, daemon::Role needed) const {
  // Intake and health checks come here too: they need no look at the setup.
  if (needed == daemon::Role::nobody) return desk::Actor{};
  const auto setup = parts_.setup();
  if (!setup->people.are_known() && !is_to_this_machine(request)) return std::unexpected(by_name());
  auto actor = admit(request, needed, setup->people);
  if (actor || !setup->people.are_known()) return actor;
  using Refused = daemon::Metrics::Refused;
  const bool is_known = actor.error().status == 403;
  const auto reason = is_known ? Refused::forbidden : Refused::unauthorized;
  if (parts_.metrics.refused(reason, request.received_at) && parts_.warn) {
    parts_.warn(is_known ? "a token's role is not enough" : "no valid token", request.peer);
  }
  return actor;
}

void Api::serve(connectors::HttpRequest request, connectors::HttpRespond respond) const {
  if (request.method != "GET" && is_cross_site(request)) {
    return respond(connectors::problem(403, "a page of another site must not act here"));
  }
  // Only browsers say where they come from. Tools may send alerts by whatever name they know.
  if (!request.header("origin").empty() && !is_to_this_machine(request) &&
      !parts_.setup()->people.are_known()) {
    return respond(by_name());
  }
  router_->route(std::move(request), std::move(respond));
}

}  // namespace deskd::api
