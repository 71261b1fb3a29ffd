#include "daemon/desk/incident_clock.h"

namespace deskd::desk {

void IncidentClock::wind(IncidentId incident, Time at) {
  const auto found = times_.find(incident);
  if (found == times_.end()) {
    if (!is_known(at)) return;
    times_.emplace(incident, at);
  } else {
    if (found->second == at) return;
    order_.erase({found->second, incident});
    if (is_known(at))
      found->second = at;
    else
      times_.erase(found);
  }
  if (is_known(at)) order_.emplace(at, incident);
}

}  // namespace deskd::desk
