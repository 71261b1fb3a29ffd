#pragma once
// Copies entities out of the core. Core thread only.

#include <optional>
#include <span>

#include "daemon/api/views/scan.h"
#include "daemon/api/views/views.h"

namespace deskd::api {

/// The alarm must exist.
AlarmView copy_alarm(const daemon::Core& core, rules::AlarmId alarm, Scan& scan);
/// Counts the alerts of all its alarms, each of which costs the scan.
IncidentView copy_incident(const daemon::Core& core, const desk::Incident& incident,
                           std::span<const rules::AlarmId> alarms, Scan& scan);
/// Nothing when there is no such incident.
std::optional<IncidentDetail> copy_detail(const daemon::Core& core, desk::IncidentId incident);

}  // namespace deskd::api
