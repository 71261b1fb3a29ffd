#pragma once
// Owns incidents: opens, allocates, reopens, resolves and closes them, as alarms and people say.

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "daemon/desk/backlog.h"
#include "daemon/desk/dense_set.h"
#include "daemon/desk/desk_setup.h"
#include "daemon/desk/incident.h"
#include "daemon/desk/incident_clock.h"
#include "daemon/desk/incident_store.h"
#include "daemon/desk/lifecycle.h"
#include "daemon/desk/queue.h"
#include "rules/rule_set.h"
#include "rules/signal.h"

namespace deskd::desk {

/// Something that the desk's metrics count. One type per thing that can happen.
struct DeskEvent {
  enum class Kind : std::uint8_t { opened, allocated, acknowledged, resolved, closed, cancelled };
  Kind kind = Kind::opened;
  IncidentId incident = 0;
  std::string_view cause;  // resolved: "alarms", "hand"; static text
};

/// Who ended an alarm by hand, and why; timelines name them.
struct ByHand {
  Actor actor;
  std::string_view text;
};

/// All incidents by their last change, the oldest first.
using UpdateOrder = DenseSet<std::pair<Time, IncidentId>>;

/// Part of the core's state machine: core thread only; no clock, no I/O, no randomness. The queue
/// of an incident is decided in the call that opens it. A broken order of calls or of signals (a
/// repeat of an alarm that is not active, say) ends the process: it is a programmer's error.
class Desk {
 public:
  /// From now on works by `setup`. Incidents keep their queue by name; an open one whose queue
  /// vanished goes to the catch-all, with a timeline entry (the others when they reopen). A
  /// priority whose level vanished becomes the default in the same way.
  void adopt(const DeskSetup& setup, Time now);

  /// What follows from one signal. `judged_by` is the setup that the signal's verdict points into
  /// (not always the current one: then its queue and priority are looked up by name in the
  /// current). `by_hand` comes with a clear by hand.
  void apply(const rules::Signal& signal, const DeskSetup& judged_by, Time now,
             const ByHand* by_hand = nullptr);

  /// Asks the memory for what `apply` will look at when signals of these alarms come. Changes
  /// nothing.
  void fetch(std::span<const rules::Fetched> alarms) const;

  /// What a person does. 200-like repeats (an ack of an acked one) change nothing and succeed.
  std::expected<IncidentId, Refusal> act(IncidentId incident, const Action& action, Time now);
  /// A person raises an incident that no alarm tells of. Refuses words that the plan does not know.
  std::expected<IncidentId, Refusal> raise(const NewIncident& wanted, Time now);
  /// Gives the most urgent `new` incident of `queue` to `actor`, as `take` would: by priority, then
  /// the oldest. Nothing: none waits there. Refuses a queue that does not exist.
  std::expected<std::optional<IncidentId>, Refusal> claim_next(std::string_view queue,
                                                               const Actor& actor, Time now);

  /// Closes what is resolved and has been quiet for `close_after`, wakes what was pending until
  /// now; at most `at_most`. Returns whether more is due.
  bool expire(Time now, std::size_t at_most);
  Time next_deadline() const;  // unknown: never

  // Questions.
  /// A copy of the head; nothing: there is no such incident.
  std::optional<Incident> find(IncidentId incident) const;
  /// The same without a copy, for who looks at many: `room` may hold it then, and its memory is
  /// used again. Valid until `room` or the desk changes.
  const Incident* look(IncidentId incident, Incident& room) const;
  Time opened_at(IncidentId incident) const { return store_.opened_at(incident); }  // it must exist
  IncidentId last_incident() const { return store_.last(); }  // ids run from 1 to this
  /// That belong to it now, in order of joining. Valid until the next call that changes something.
  std::span<const AlarmId> alarms_of(IncidentId incident) const;
  std::uint64_t firing(IncidentId incident) const;  // active ones among them
  std::optional<Membership> membership(AlarmId alarm) const { return store_.membership(alarm); }
  AlarmId last_alarm() const { return store_.last_alarm(); }  // no later one has a membership
  /// Entries in memory, oldest first; the first one's index may be above 0.
  std::vector<TimelineEntry> timeline(IncidentId incident) const;
  /// What a reader is shown before `timeline` when its oldest entries have left memory; else
  /// nothing.
  std::optional<TimelineEntry> timeline_gap(IncidentId incident) const;

  /// One for each queue of the plan, in its order.
  std::vector<Backlog> backlog() const;
  /// Open incidents, the most urgent first. Valid until the next call that changes something.
  const UrgencyOrder& by_urgency() const { return backlogs_.by_urgency(); }
  const UpdateOrder& by_update() const { return by_update_; }  // likewise

  DeskChanges take_changes() { return store_.take_changes(); }
  std::vector<DeskEvent> take_events() { return std::exchange(events_, {}); }

  // Recovery: every entity's last state in any order, then `restored`, then `adopt`.
  // False: what can't be, and nothing was done.
  bool restore(const Incident& incident) { return store_.restore(incident); }
  bool restore(const Membership& membership) { return store_.restore(membership); }
  bool restore(const TimelineKey& key, const TimelineEntryView& entry) {
    return store_.restore(key, entry);
  }
  /// Of a contradiction among them it tells the first, and nothing more may be asked of this then.
  [[nodiscard]] std::optional<rules::Contradiction> restored();

 private:
  struct Step;  // one signal, and all that is needed to follow it

  // One for each kind of signal.
  void on_raised(const Step& step, bool joined);
  void on_repeated(const Step& step);
  void on_worsened(const Step& step);
  void on_improved(const Step& step);
  void on_moved(const Step& step);
  void on_cleared(const Step& step);

  // What signals lead to.
  void open_incident(const Step& step);
  void write_opening(const Step& step, IncidentRecord& record, std::string_view from);
  void leave(const Step& step, const Membership& membership, IncidentId next);
  void raise_priority(const Step& step, IncidentRecord& record);
  void set_severities(IncidentRecord& record);
  void follow_quiet(IncidentRecord& record, std::string_view why, Time now);
  std::string told_of_clear(const Step& step) const;
  std::uint16_t queue_now(const Step& step) const;    // the verdict's, in the current plan
  std::uint8_t priority_now(const Step& step) const;  // likewise

  // What people do; each writes its timeline entry, which comes with their reason.
  std::expected<void, Refusal> check(const IncidentRecord& record, const Incident& head,
                                     const Action& action, Time now) const;
  std::expected<void, Refusal> check_contents(const Action& action, Time now) const;
  std::expected<void, Refusal> check(const Statement& statement) const;
  void carry_out(IncidentRecord& record, const Action& action, TimelineEntry entry);
  void acknowledge(IncidentRecord& record, std::string_view person, TimelineEntry entry);
  void take(IncidentRecord& record, std::string_view person, TimelineEntry entry);
  void assign(IncidentRecord& record, const Action& action, TimelineEntry entry);
  void release(IncidentRecord& record, TimelineEntry entry);
  void start(IncidentRecord& record, std::string_view person, TimelineEntry entry);
  void set(IncidentRecord& record, const Statement& statement, TimelineEntry entry);
  std::string state(IncidentRecord& record, const Statement& statement);  // says what it changed
  std::string state_priority(IncidentRecord& record, const Statement& statement);
  std::string change_priority(IncidentRecord& record, std::uint8_t priority);  // "from … to …"
  std::string void_ack(IncidentRecord& record);  // "; the ack of … is void", or nothing

  // Changes of state; each writes its timeline entry.
  void resolve(IncidentRecord& record, bool by_hand, TimelineEntry entry);
  void close(IncidentRecord& record, TimelineEntry entry);
  void cancel(IncidentRecord& record, TimelineEntry entry);
  void reopen(IncidentRecord& record, TimelineEntry entry);
  void pend(IncidentRecord& record, Time until, TimelineEntry entry);
  void wake(IncidentRecord& record, Time now);
  Time next_closing() const;

  // Every call that changes incidents touches them, and ends with `settle`.
  void touch(IncidentRecord& record);
  void write(IncidentRecord& record, TimelineEntry entry);
  void settle(Time now);
  void count(IncidentRecord& record, const Incident& head);
  void wind_clocks(const IncidentRecord& record, const auto& head);
  void place_in_plan(IncidentRecord& record, Time now);
  void note_alarms_released(const IncidentRecord& record, bool released);

  DeskSetup setup_;
  std::optional<DeskPlan> adopted_;  // a copy: the plan itself goes with its setup
  boost::unordered_flat_map<std::string_view, std::uint16_t> queues_;  // of the current plan
  IncidentStore store_;
  Backlogs backlogs_;
  UpdateOrder by_update_;
  IncidentClock close_clock_;  // when each resolved one began to wait
  IncidentClock wake_clock_;   // when each pending one wakes
  AlarmId joined_ = 0;         // by `moved`: the raise that follows belongs to it
  std::vector<IncidentRecord*> touched_;
  std::vector<DeskEvent> events_;
};

}  // namespace deskd::desk
