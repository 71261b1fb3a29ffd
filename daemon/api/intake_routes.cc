#include <utility>

#include "daemon/api/routes.h"

namespace deskd::api {

void add_intake(Router& router, const Parts& parts) {
  router.add("POST", "/in/{source}", daemon::Role::nobody, [&parts](Call call) {
    parts.intake.webhook(call.names[0], std::move(call.request), std::move(call.respond));
  });
  router.add("POST", "/api/v2/alerts", daemon::Role::nobody, [&parts](Call call) {
    parts.intake.alertmanager_api(std::move(call.request), std::move(call.respond));
  });
}

}  // namespace deskd::api
