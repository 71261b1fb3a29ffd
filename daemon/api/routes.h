#pragma once
// The parts of the interface, each of which adds its routes. `parts` outlives the router.

#include "daemon/api/api.h"
#include "daemon/api/router.h"

namespace deskd::api {

void add_intake(Router& router, const Parts& parts);        // POST of alerts
void add_incidents(Router& router, const Parts& parts);     // incidents and what people do to them
void add_alarms(Router& router, const Parts& parts);        // alarms and the recent alerts
void add_desk(Router& router, const Parts& parts);          // queues, rules, sources, reload
void add_alertmanager(Router& router, const Parts& parts);  // Alertmanager's API v2, reading
void add_health(Router& router, const Parts& parts);        // metrics, health, the front page

}  // namespace deskd::api
