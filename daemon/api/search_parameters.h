#pragma once
// Queries of lists as searches.

#include "daemon/api/parameters.h"
#include "daemon/api/views/letters.h"
#include "daemon/api/views/logged.h"
#include "daemon/api/views/search.h"

namespace deskd::api {

// Each asks for all parameters of its list; the caller asks `parameters` for the fault.
IncidentSearch read_incident_search(Parameters& parameters,
                                    std::size_t limit_default = limits::page_default);
AlarmSearch read_alarm_search(Parameters& parameters);
AlertSearch read_alert_search(Parameters& parameters);
LetterSearch read_letter_search(Parameters& parameters,
                                std::size_t limit_default = limits::page_default);

}  // namespace deskd::api
