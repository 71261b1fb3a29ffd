#pragma once
// Owns alarms, origins and tombstones: what the alerts of one identity add up to.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/alarm.h"
#include "rules/label_mark.h"
#include "rules/outcome.h"
#include "rules/restoring.h"
#include "rules/rule_set.h"
#include "rules/signal.h"

namespace deskd::rules {

struct CorrelatorTimes {
  Duration reorder = std::chrono::minutes{5};
  Duration alarm_kept_min = std::chrono::hours{1};
};

/// What changed since the last `take_changes`, each id once. The ledger writes the entities whole.
struct CorrelatorChanges {
  std::vector<AlarmId> states;
  std::vector<TextChange> texts;
  std::vector<OriginId> origins;
  std::vector<OriginId> origins_gone;
  std::vector<Tombstone>
      tombstones;  // new or renewed; they go by time alone, and recovery lets them go the same way
  bool empty() const;
};

/// One alert to apply: as decoded (for its origin) and as judged, with its imprint.
struct Judged {
  const Alert* decoded = nullptr;
  const Verdict* verdict = nullptr;
  SourceNumber source = 0;
  SetupNumber setup = 0;
};

struct Applied {
  Outcome outcome = Outcome::unmatched;
  AlarmId alarm = 0;  // that it raised, joined or cleared; 0: none
};

/// What `apply` would come to.
struct Preview {
  /// An origin that would end.
  struct Ending {
    OriginId origin = 0;
    AlarmId alarm = 0;
    ClearCause cause = ClearCause::none;
  };
  /// An alarm that would lose a firing origin.
  struct Loss {
    AlarmId alarm = 0;
    std::uint32_t origins = 0;  // that it would lose
    bool clears = false;        // no other one fires
  };

  Outcome outcome = Outcome::unmatched;
  AlarmId alarm = 0;         // that it would raise, join or clear first; 0: none, or a new one
  bool makes_alarm = false;  // raised: there is no such alarm yet
  AlarmId moved_from = 0;    // its origin would leave this alarm
  Severity severity = Severity::unknown;  // of `alarm` afterwards; firing only
  bool worsens = false;                   // merged: `alarm` gets worse
  std::vector<Ending> ends;               // the first limits::origins_shown_max
  std::vector<Loss> losses;               // by alarm
  std::size_t looked_at = 0;              // alarms and origins that `clears` might have named
  bool is_cut = false;  // more would end than a question may look at: the lists end early
};

/// Part of the core's state machine: core thread only; no clock, no I/O, no randomness. The same
/// calls in the same order always give the same state, and `restore` of every entity gives it back.
class Correlator {
 public:
  explicit Correlator(CorrelatorTimes times);
  ~Correlator();
  Correlator(Correlator&&) noexcept;

  /// Takes one alert in; `signals` gets what follows from it, in order. `now` is the receipt
  /// order's clock.
  Applied apply(const Judged& judged, Time now, std::vector<Signal>& signals);

  /// Asks the memory for what `apply` will look at of these alerts. Among a million alarms nearly
  /// all of it is far away: asked for at once it comes at once, else each alert waits for it many
  /// times. Changes nothing. `fetched`: one for each verdict; it may be wrong.
  void fetch(std::span<const Verdict> verdicts, std::vector<Fetched>& fetched) const;

  /// Ends every origin whose `ends_at` has passed, forgets released alarms whose time is over,
  /// drops old tombstones. At most `at_most` of them; returns whether there is more to do at this
  /// `now`.
  ///
  /// `source_times`, by SourceNumber: how far a source that reads a backlog has come. Its origins
  /// end by that time, and no grace holds them up: what was sent while deskd was away stands in the
  /// backlog. Unknown, or past the end: the source's time is `now`.
  bool expire(Time now, std::size_t at_most, std::vector<Signal>& signals,
              std::span<const Time> source_times = {});
  /// When `expire` next has something to do, unless a source's time goes on; unknown: never.
  Time next_deadline(std::span<const Time> source_times = {}) const;
  /// The source's own time came to `at`, between two alerts of its backlog: ends its origins whose
  /// `ends_at` has passed by it. `at_most` becomes what is left of it.
  void end_silent(SourceNumber source, Time at, std::size_t& at_most, std::vector<Signal>& signals);

  /// Senders could not be heard until now: nothing ends by silence before `silence_after`. Sources
  /// that read a backlog go by their own times all the same.
  void listen_again(Time silence_after);

  /// A person ends all origins of an alarm. False: no such alarm, or it is not active.
  bool clear_by_hand(AlarmId alarm, Time now, std::vector<Signal>& signals);

  /// The desk needs the alarm no more (its incident is closed), or again.
  void set_released(AlarmId alarm, bool released, Time now);

  /// New times and indexes for the `clears` of a new setup.
  void adopt(const CorrelatorTimes& times, const RuleSet& rules);
  void adopt(const CorrelatorTimes& times, std::span<const ClearsShape> shapes);

  // Questions.
  /// What `apply` would do now, without doing it. Looks at limits::scan_max origins at most.
  Preview preview(const Judged& judged, Time now) const;
  std::optional<AlarmState> find(AlarmId alarm) const;
  std::optional<AlarmText> find_text(AlarmId alarm) const;  // unfolds it: half a microsecond
  std::optional<OriginView> find_origin(OriginId origin) const;
  std::vector<OriginView> origins_of(AlarmId alarm) const;  // by id
  /// The first of them, as many as asked for, and how many there are.
  std::pair<std::vector<OriginView>, std::size_t> first_origins_of(AlarmId alarm,
                                                                   std::size_t at_most) const;
  /// Whether one of its origins came by a source of which `is_wanted` says so.
  bool has_source(AlarmId alarm, const std::function<bool(SourceNumber)>& is_wanted) const;
  AlarmId last_alarm() const;  // ids run from 1 to this
  /// The first from `from` on, by ids up or down, that may have all texts of which these are the
  /// marks, or one up to which none has them; it may be no alarm at all. Nearly all that are passed
  /// over cost nothing. `from` is one of 1 to `last_alarm()`.
  NextAlarm next_alarm(AlarmId from, bool is_downward, const WantedMarks& wanted) const;
  std::array<std::uint64_t, severity_count> active_by_severity() const;

  CorrelatorChanges take_changes();

  // Recovery: every record's entities in the order of the ledger (so an entity may come many times
  // and its last state counts, `restore_gone` included), then `restored`. No end by silence happens
  // before `silence_after`. `source_times` as for `expire`.
  // False: an id that can't be, and nothing was done.
  bool restore(const AlarmState& state);
  bool restore(AlarmId alarm, const AlarmText& text);
  bool restore(const OriginView& origin);
  void restore_gone(OriginId origin);
  void restore(const Tombstone& tombstone);
  /// Of a contradiction among them it tells the first, and nothing more may be asked of this then.
  [[nodiscard]] std::optional<Contradiction> restored(Time now, Time silence_after,
                                                      std::span<const Time> source_times = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace deskd::rules
