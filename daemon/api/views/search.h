#pragma once
// Which incidents and alarms a question asks for, and how they are found on the core's thread.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/api/views/incident_order.h"
#include "daemon/api/views/scan.h"
#include "daemon/api/views/views.h"

namespace deskd::api {

/// Where a page of alarms begins, and which way it goes: ids count up with the time of raising.
struct PageOrder {
  bool oldest_first = false;
  std::uint64_t after = 0;  // the last id that was looked at; 0: from the beginning
  std::size_t limit = limits::page_default;
};

/// All that is stated must hold; of a list one must. Label and resource speak of an incident's
/// alarms: one of them must have all of these. The incident's own resource counts as each one's.
struct IncidentSearch {
  std::vector<desk::State> states;
  std::vector<std::string> queues, priorities, classes, people;
  std::vector<rules::Severity> severities;
  std::optional<bool> acknowledged;
  std::optional<bool> firing;
  rules::Time opened_since;  // unknown: at any time
  std::string resource;
  std::vector<std::pair<std::string, std::string>> labels;
  std::string part;  // of the title or of a resource; in any case of ASCII letters
  IncidentOrder order;
};

struct AlarmSearch {
  std::optional<bool> active;
  std::vector<rules::Severity> severities;
  std::vector<std::string> sources, types, resources;
  std::vector<std::pair<std::string, std::string>> labels;
  PageOrder order;
};

// Core thread only. Each looks at limits::scan_max entities and copies `limit`; a page that is
// short for that reason says where to go on.
Page<IncidentView> find_incidents(const daemon::Core& core, const IncidentSearch& search);
Page<desk::IncidentId> pick_incidents(const daemon::Core& core, const IncidentSearch& search);
Page<AlarmView> find_alarms(const daemon::Core& core, const AlarmSearch& search);

/// Whether `text` contains `part`, letters of ASCII in any case. `part` must be in lower case.
bool contains(std::string_view text, std::string_view part);

/// Calls `look(id)` for ids of `order` until `scan` or `is_full()` ends it. Gives the cursor of the
/// next page, or nothing after the last id.
template <class Look, class IsFull>
std::optional<std::string> walk(const PageOrder& order, std::uint64_t last, const Scan& scan,
                                const IsFull& is_full, const Look& look) {
  std::uint64_t id = order.oldest_first ? order.after + 1
                     : order.after == 0 ? last
                                        : order.after - 1;
  std::uint64_t looked_at = order.after;
  while (id >= 1 && id <= last) {
    if (is_full() || scan.is_over()) return std::to_string(looked_at);
    if (!look(id)) return std::nullopt;
    looked_at = id;
    id = order.oldest_first ? id + 1 : id - 1;
  }
  return std::nullopt;
}

}  // namespace deskd::api
