#pragma once
// Holds incidents, their timelines, and which alarms belong to them; remembers what changed.

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "daemon/desk/backlog.h"
#include "daemon/desk/incident.h"

namespace deskd::desk {

/// One timeline entry to be written; `index` counts an incident's entries from 0.
struct TimelineKey {
  IncidentId incident = 0;
  std::uint64_t index = 0;
  auto operator<=>(const TimelineKey&) const = default;
};

/// What changed since the last `take_changes`, each once.
struct DeskChanges {
  std::vector<IncidentId> incidents;
  std::vector<AlarmId> memberships;
  std::vector<TimelineKey> timeline;
  std::vector<AlarmId> released;  // alarms whose incident was closed or cancelled in this turn
  std::vector<AlarmId> claimed;   // released ones that are needed again (reopened)
  bool empty() const;
};

/// An incident in memory: its head, and what is derived from memberships and the plan.
struct IncidentRecord {
  Incident head;
  std::deque<TimelineEntry> timeline;  // its last entries
  std::vector<AlarmId> alarms;  // that belong to it now; ids count up, so this is joining order
  std::array<std::uint32_t, rules::severity_count> active{};  // active ones, by severity

  std::uint16_t queue = 0;              // index in the current plan; only of open incidents
  std::uint8_t priority = 0;            // index in the current plan's levels
  std::optional<BacklogPlace> counted;  // where the backlogs count it
  Time closes_after;                    // where the close clock has it; unknown: nowhere
  Time wakes_at;                        // where the wake clock has it; unknown: nowhere
  Time listed_at;                       // where `by_update` has it; unknown: nowhere

  std::uint32_t entries_untaken = 0;  // of the timeline, not yet handed out by take_changes
  bool touched = false;               // by the call that is under way
  bool changed = false;               // since the last take_changes

  std::uint32_t firing() const;
};

/// Part of the desk: core thread only. Keeps counts and lists of one incident in step with the
/// memberships; decides nothing.
class IncidentStore {
 public:
  // Questions.
  const IncidentRecord* find(IncidentId incident) const;
  IncidentRecord* find(IncidentId incident);
  IncidentRecord& of(const Membership& membership);
  const Membership* membership(AlarmId alarm) const;
  Membership* membership(AlarmId alarm);
  const TimelineEntry* find_entry(const TimelineKey& key) const;
  IncidentId last() const { return records_.size(); }

  // Changes. A membership that changes is noted; an incident when `note_changed` says so.
  /// A new incident under the next id.
  IncidentRecord& make();
  void note_changed(IncidentRecord& record);
  void write(IncidentRecord& record, TimelineEntry entry);
  /// Not active at first. The alarm must have left the incident to which it belonged.
  Membership& join(AlarmId alarm, IncidentRecord& record, std::uint64_t count_before);
  /// `count`: the alarm's firing alerts up to now.
  void leave(Membership& membership, std::uint64_t count);
  void activate(Membership& membership, Severity severity);
  void set_severity(Membership& membership, Severity severity);  // of an active alarm
  void quieten(Membership& membership, Severity severity);       // no longer active
  void note_released(AlarmId alarm, bool released);

  DeskChanges take_changes();

  // Recovery, in any order, then `restored`.
  void restore(Incident incident);
  void restore(Membership membership);
  void restore(const TimelineKey& key, TimelineEntry entry);
  void restored();

 private:
  IncidentRecord& slot(IncidentId incident);
  Membership& membership_slot(AlarmId alarm);
  void note(const Membership& membership) { changes_.memberships.push_back(membership.alarm); }
  void count_active(const Membership& membership, int change);
  static void trim(IncidentRecord& record);
  void trim_overlong();
  void sort_in_strays();

  std::vector<std::unique_ptr<IncidentRecord>> records_;  // by id - 1; nullptr: not restored
  std::deque<Membership> memberships_;                    // by alarm - 1; incident 0: none
  DeskChanges changes_;
  std::vector<std::pair<AlarmId, bool>> releases_;  // in order; true: released
  std::vector<IncidentId> overlong_;  // had more new entries in one turn than memory keeps

  // Only during recovery.
  std::vector<std::uint64_t> restored_to_;  // by incident - 1: the index after its last entry
  std::vector<std::pair<TimelineKey, TimelineEntry>> strays_;  // came out of order
};

}  // namespace deskd::desk
