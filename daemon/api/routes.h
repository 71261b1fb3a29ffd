#pragma once
// The parts of the interface, each of which adds its routes. `parts` outlives the router.

#include "daemon/api/api.h"
#include "daemon/api/router.h"

namespace deskd::api {

void add_intake(Router& router, const Parts& parts);     // POST of alerts
void add_incidents(Router& router, const Parts& parts);  // incidents, reading
void add_actions(Router& router, const Parts& parts);    // what people do to incidents, one by one
void add_bulk(Router& router, const Parts& parts);       // the same to many at once
void add_alarms(Router& router, const Parts& parts);     // alarms, and clearing them
void add_alerts(Router& router, const Parts& parts);     // the recent alerts
void add_letters(Router& router, const Parts& parts);    // dead letters, reading and dropping
void add_retries(Router& router, const Parts& parts);    // dead letters, reading them again
void add_explain(Router& router, const Parts& parts);    // what would become of a payload
void add_desk(Router& router, const Parts& parts);       // queues, rules, sources, reload
void add_alertmanager(Router& router, const Parts& parts);  // Alertmanager's API v2, reading
void add_health(Router& router, const Parts& parts);        // metrics, health, the front page

}  // namespace deskd::api
