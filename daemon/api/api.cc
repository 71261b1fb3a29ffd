#include "daemon/api/api.h"

#include <utility>

#include "daemon/api/person.h"
#include "daemon/api/router.h"
#include "daemon/api/routes.h"

namespace deskd::api {

Api::Api(Parts parts) : parts_(std::move(parts)) {
  auto router = std::make_unique<Router>();
  add_intake(*router, parts_);
  add_incidents(*router, parts_);
  add_alarms(*router, parts_);
  add_desk(*router, parts_);
  add_alertmanager(*router, parts_);
  add_health(*router, parts_);
  router_ = std::move(router);
}

Api::~Api() = default;

void Api::serve(connectors::HttpRequest request, connectors::HttpRespond respond) const {
  if (request.method != "GET" && is_cross_site(request)) {
    return respond(connectors::problem(403, "a page of another site must not act here"));
  }
  router_->route(std::move(request), std::move(respond));
}

}  // namespace deskd::api
