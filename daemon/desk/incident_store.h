#pragma once
// Holds incidents, their timelines, and which alarms belong to them; remembers what changed.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "daemon/desk/backlog.h"
#include "daemon/desk/incident.h"
#include "daemon/desk/members.h"
#include "daemon/desk/packed_bytes.h"
#include "daemon/desk/packed_incident.h"
#include "daemon/desk/packed_timeline.h"
#include "daemon/desk/shared_texts.h"
#include "rules/restoring.h"
#include "rules/rows.h"
#include "rules/signal.h"

namespace deskd::desk {

/// Names one timeline entry; `index` counts an incident's entries from 0.
struct TimelineKey {
  IncidentId incident = 0;
  std::uint64_t index = 0;
  auto operator<=>(const TimelineKey&) const = default;
};

/// A timeline entry to be written.
struct NewEntry {
  TimelineKey key;
  TimelineEntry entry;
};

/// What changed since the last `take_changes`, each once.
struct DeskChanges {
  std::vector<IncidentId> incidents;
  std::vector<AlarmId> memberships;
  std::vector<NewEntry> timeline;
  std::vector<AlarmId> released;  // alarms whose incident was closed or cancelled in this turn
  std::vector<AlarmId> claimed;   // released ones that are needed again (reopened)
  bool empty() const;
};

/// An incident in memory: its head, and what is derived from memberships and the plan. There are
/// a million of them, and of most nothing is asked: heads and timelines are packed.
struct IncidentRecord {
  // What follows timeline and members stands in the bytes that they leave over at their ends.
  PackedBytes packed;                             // the head, as it was before it was unpacked
  [[no_unique_address]] PackedTimeline timeline;  // its last entries
  std::uint16_t queue = 0;    // index in the current plan; only of open incidents
  std::uint8_t priority = 0;  // index in the current plan's levels
  bool exists = false;        // false: recovery brought no head
  [[no_unique_address]] Members members;
  bool touched = false;                 // by the call that is under way
  bool changed = false;                 // since the last take_changes
  std::optional<BacklogPlace> counted;  // where the backlogs count it
};

static_assert(sizeof(IncidentRecord) == 56);

/// Part of the desk: core thread only. Keeps counts and lists of one incident in step with the
/// memberships; decides nothing.
class IncidentStore {
 public:
  // Questions.
  const IncidentRecord* find(IncidentId incident) const;
  IncidentRecord* find(IncidentId incident);
  IncidentRecord& of(const Membership& membership);
  /// The head as it is worked on, else unpacked into `room`, whose memory is used again. Valid
  /// until the next change.
  const Incident& look(const IncidentRecord& record, Incident& room) const;
  /// The head as it was packed last: all are, right after `pack_heads`.
  static PackedIncidentView view(const IncidentRecord& record) {
    return desk::view(record.packed.view());
  }
  std::string_view text(SharedTexts::Handle handle) const { return texts_.text(handle); }
  Time opened_at(IncidentId incident) const;  // it must exist
  std::vector<TimelineEntry> timeline(const IncidentRecord& record) const;
  std::optional<Membership> membership(AlarmId alarm) const;
  IncidentId last() const { return records_.size(); }
  AlarmId last_alarm() const { return places_.size(); }  // of those that ever had an incident
  /// Asks the memory for the incidents of these alarms; of those that change for all, and gives
  /// their last changes. Valid until the next call.
  std::span<const std::pair<Time, IncidentId>> fetch(std::span<const rules::Fetched> alarms) const;

  // Changes. A membership that changes is noted; an incident when `note_changed` says so.
  /// A new incident under the next id.
  IncidentRecord& make();
  /// The head to work on. It stays where it is until `pack_heads`, or until the first that is
  /// asked for after `take_changes`.
  Incident& head(IncidentRecord& record);
  void note_changed(IncidentRecord& record);
  void write(IncidentRecord& record, TimelineEntry entry);
  /// Not active at first. The alarm must have left the incident to which it belonged.
  void join(AlarmId alarm, IncidentRecord& record, std::uint64_t count_before);
  /// `count`: the alarm's firing alerts up to now.
  void leave(AlarmId alarm, std::uint64_t count);
  void activate(AlarmId alarm, Severity severity);
  void set_severity(AlarmId alarm, Severity severity);  // of an active alarm
  void quieten(AlarmId alarm, Severity severity);       // no longer active
  void note_released(AlarmId alarm, bool released);

  /// Takes little memory again for what was worked on.
  void pack_heads();
  std::size_t heads_unpacked() const { return unpacked_.size(); }

  DeskChanges take_changes();

  // Recovery, in any order, then `restored`. False: what can't be, and nothing was done.
  bool restore(const Incident& incident);
  bool restore(const Membership& membership);
  bool restore(const TimelineKey& key, const TimelineEntryView& entry);
  /// Calls `each` with every incident, now that all is there. Of a contradiction it tells the
  /// first, and is not to be used then.
  std::optional<rules::Contradiction> restored(
      const std::function<void(const IncidentRecord&, const PackedIncidentView&)>& each);

 private:
  static constexpr unsigned incident_bits = 56;
  /// A membership in memory, by its alarm.
  struct Place {
    std::uint64_t incident : incident_bits = 0;  // 0: none
    std::uint64_t active : 1 = 0;
    std::uint64_t severity : 7 = 0;
    std::uint64_t count_before = 0;
  };
  Place& place_of(AlarmId alarm);
  const Incident* unpacked(const IncidentRecord& record) const;  // nullptr: it is packed
  IncidentRecord& slot(IncidentId incident);
  Place& place_slot(AlarmId alarm);
  void pack_head(IncidentRecord& record, const Incident& head);
  void sort_in_strays();
  std::optional<rules::Contradiction> restore_members();
  std::optional<rules::Contradiction> contradiction_of(const IncidentRecord& record,
                                                       const PackedIncidentView& head) const;

  rules::Rows<IncidentRecord> records_;  // by id - 1
  rules::Rows<Place> places_;            // by alarm - 1
  SharedTexts texts_;
  boost::unordered_flat_map<const IncidentRecord*, std::unique_ptr<Incident>> unpacked_;  // heads
  std::vector<std::unique_ptr<Incident>> spare_;  // heads to unpack others into
  std::string packing_;                           // only while a head is packed; keeps its room
  // Scratch.
  mutable std::vector<std::pair<const IncidentRecord*, IncidentId>> fetching_;
  mutable std::vector<std::pair<Time, IncidentId>> fetched_;
  bool is_turn_over_ = false;  // the next head to be asked for is the first
  DeskChanges changes_;
  std::vector<std::pair<AlarmId, bool>> releases_;  // in order; true: released

  // Only during recovery.
  std::vector<std::uint64_t> restored_to_;  // by incident - 1: the index after its last entry
  std::vector<NewEntry> strays_;            // came out of order
};

}  // namespace deskd::desk
