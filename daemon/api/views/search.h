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
#include "rules/label_mark.h"

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

/// Finds a page of incidents: looks at limits::search_max entities and copies `limit`. A page that
/// is short for that reason says where to go on.
class IncidentsFound {
 public:
  static constexpr std::size_t pages_max = 1;

  explicit IncidentsFound(IncidentSearch search) : search_(std::move(search)) {}

  /// Goes on for limits::search_look_max entities; returns whether the page is whole. Core thread
  /// only.
  bool look(const daemon::Core& core);
  const Page<IncidentView>& page() const { return page_; }

 private:
  IncidentSearch search_;
  Page<IncidentView> page_;
  Scan scan_;
};

/// The same for alarms.
class AlarmsFound {
 public:
  static constexpr std::size_t pages_max = 1;

  explicit AlarmsFound(AlarmSearch search);

  bool look(const daemon::Core& core);
  const Page<AlarmView>& page() const { return page_; }

 private:
  void look_at(const daemon::Core& core, rules::AlarmId alarm);

  AlarmSearch search_;
  rules::WantedMarks marks_;
  Page<AlarmView> page_;
  Scan scan_;
};

/// A page of ids, in one look. Core thread only.
Page<desk::IncidentId> pick_incidents(const daemon::Core& core, IncidentSearch search);

/// Whether `text` contains `part`, letters of ASCII in any case. `part` must be in lower case.
bool contains(std::string_view text, std::string_view part);

}  // namespace deskd::api
