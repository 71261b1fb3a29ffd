#pragma once
// When something is due of the few incidents that wait for a time.

#include <utility>

#include <absl/container/btree_set.h>
#include <boost/unordered/unordered_flat_map.hpp>

#include "daemon/desk/incident.h"

namespace deskd::desk {

/// Part of the desk: core thread only. Holds each incident once at most; one that waits for nothing
/// costs nothing.
class IncidentClock {
 public:
  /// From now on `incident` is due at `at` alone; unknown: not at all.
  void wind(IncidentId incident, Time at);

  bool empty() const { return order_.empty(); }
  std::pair<Time, IncidentId> first() const { return *order_.begin(); }  // it must not be empty

 private:
  absl::btree_set<std::pair<Time, IncidentId>> order_;
  boost::unordered_flat_map<IncidentId, Time> times_;  // what stands in `order_`
};

}  // namespace deskd::desk
