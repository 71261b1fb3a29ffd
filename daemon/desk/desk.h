#pragma once
// Owns incidents: opens, allocates, reopens, resolves and closes them, as alarms and people say.

#include <array>
#include <chrono>
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "daemon/desk/incident.h"
#include "daemon/desk/lifecycle.h"
#include "daemon/desk/queue.h"
#include "rules/rule_set.h"
#include "rules/signal.h"

namespace deskd::desk {

/// What the desk works by, of one setup. All pointers live as long as the setup, which the core
/// holds.
struct DeskSetup {
  rules::SetupNumber number = 0;
  const DeskPlan* plan = nullptr;
  const rules::RuleSet* rules = nullptr;  // for the names of rules in timelines
  rules::Duration close_after = std::chrono::hours{24 * 7};
};

/// One timeline entry to be written; `index` counts an incident's entries from 0.
struct TimelineKey {
  IncidentId incident = 0;
  std::uint64_t index = 0;
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

/// Something that the desk's metrics count. One type per thing that can happen.
struct DeskEvent {
  enum class Kind : std::uint8_t { opened, allocated, acknowledged, resolved, closed };
  Kind kind = Kind::opened;
  IncidentId incident = 0;
  std::string_view cause;  // resolved: "alarms", "hand"; static text
};

/// What waits in one queue, kept up to date with every change.
struct Backlog {
  std::string queue;
  std::map<std::string, std::array<std::uint64_t, 4>>
      open;                                      // by priority, then open state (new, assigned …)
  std::map<std::string, std::uint64_t> unacked;  // open ones without ack, by priority
  Time oldest_at;  // opening of its oldest open incident; unknown: none
};

/// Part of the core's state machine: core thread only; no clock, no I/O, no randomness. The queue
/// of an incident is decided in the call that opens it.
class Desk {
 public:
  Desk();
  ~Desk();
  Desk(Desk&&) noexcept;

  /// From now on works by `setup`. Incidents keep their queue by name; one whose queue vanished
  /// goes to the catch-all, with a timeline entry.
  void adopt(const DeskSetup& setup, Time now);

  /// What follows from one signal. `judged_by` is the setup that the signal's verdict points into
  /// (not always the current one: then its queue and priority are looked up by name in the
  /// current).
  void apply(const rules::Signal& signal, const DeskSetup& judged_by, Time now);

  /// What a person does. 200-like repeats (an ack of an acked one) change nothing and succeed.
  std::expected<IncidentId, Refusal> act(IncidentId incident, const Action& action, Time now);

  /// Closes what is resolved and has been quiet for `close_after`; at most `at_most`. Returns
  /// whether more is due.
  bool expire(Time now, std::size_t at_most);
  Time next_deadline() const;  // unknown: never

  // Questions.
  const Incident* find(IncidentId incident) const;
  IncidentId last_incident() const;  // ids run from 1 to this
  std::vector<AlarmId> alarms_of(
      IncidentId incident) const;                   // that belong to it now, in order of joining
  std::uint64_t firing(IncidentId incident) const;  // active ones among them
  const Membership* membership(AlarmId alarm) const;
  /// Entries in memory, oldest first; the first one's index may be above 0.
  const std::deque<TimelineEntry>& timeline(IncidentId incident) const;
  const TimelineEntry* find_entry(const TimelineKey& key) const;

  /// One for each queue of the plan, in its order.
  std::vector<Backlog> backlog() const;

  DeskChanges take_changes();
  std::vector<DeskEvent> take_events();

  // Recovery: every record's entities in the order of the ledger (an entity may come many times, its
  // last state counts), then `restored`, then `adopt`.
  void restore(Incident incident);
  void restore(Membership membership);
  void restore(const TimelineKey& key, TimelineEntry entry);
  void restored();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace deskd::desk
