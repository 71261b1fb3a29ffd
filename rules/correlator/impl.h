#pragma once
// The inside of the correlator: its tables, and the steps of which its calls are made.

#include <optional>
#include <string>
#include <vector>

#include "rules/correlator.h"
#include "rules/correlator/alarm_table.h"
#include "rules/correlator/clears_index.h"
#include "rules/correlator/deadline_heap.h"
#include "rules/correlator/origin_table.h"
#include "rules/correlator/silences.h"
#include "rules/correlator/tombstones.h"

namespace deskd::rules {

/// Core thread only. Every call leaves the tables consistent: an alarm is active exactly while one
/// of its origins fires, and each change is noted for the ledger.
struct Correlator::Impl {
  using Signals = std::vector<Signal>;

  /// What an alert speaks of, as far as it is known.
  struct Found {
    AlarmRecord* alarm = nullptr;   // to which the alert belongs
    OriginRecord* own = nullptr;    // its origin there
    OriginRecord* left = nullptr;   // fires for another alarm because an older setup judged it so
    OriginRecord* ended = nullptr;  // of its key, judged to another alarm by another setup
    bool is_of_newer = false;       // `alarm` is where a newer setup put its key
  };
  /// An alarm that lost a firing origin in the call under way.
  struct Loss {
    AlarmRecord* alarm = nullptr;
    ClearCause cause = ClearCause::none;
    AlarmId other = 0;
  };
  /// What a resolved alert has come to so far.
  struct Ending {
    bool ended = false;
    bool late = false;  // what it would end is newer, or has ended already
    AlarmId alarm = 0;  // the first that lost an origin
  };

  /// Whose origins the `clears` of an alert means.
  struct Meant {
    const Judged& judged;
    const Clears& clears;
    std::optional<OriginName> only;  // there can be no other name

    bool has(const OriginName& name) const;
  };

  /// What `fetch` takes an alert to speak of.
  struct Guess {
    const AlarmRecord* alarm = nullptr;
    const OriginRecord* origin = nullptr;
    bool ends = false;
  };

  explicit Impl(const CorrelatorTimes& given) : times(given) {}

  // fetching.cc
  void fetch(std::span<const Verdict> verdicts, std::vector<Fetched>& fetched);

  // firing.cc
  Applied fire(const Judged& judged, Time now, Signals& signals);
  Applied drop(const Judged& judged, const Found& found, Signals& signals);
  Found locate(const Judged& judged);
  bool is_stale(const Judged& judged, const Found& found, Time now);
  OriginRecord& bind(const Judged& judged, const Found& found, AlarmRecord& alarm);
  void speak(OriginRecord& record, AlarmRecord& alarm, const Judged& judged);
  void count(AlarmRecord& alarm, const Found& found, const Verdict& verdict);
  bool write_text(AlarmRecord& alarm, const Found& found, const Verdict& verdict);

  // resolved.cc
  Applied resolve(const Judged& judged, Time now, Signals& signals);
  void end_own(const Judged& judged, Time now, Ending& ending);
  void end_key(const Judged& judged, const OriginRecord* own, Ending& ending);
  void end_named(const Judged& judged, const Clears& clears, Time now, Ending& ending);
  void end_unless_newer(OriginRecord& record, const Alert& alert, Ending& ending);
  void end_named_in(AlarmRecord& alarm, const Meant& meant, Ending& ending);
  Meant meant_by(const Judged& judged, const Clears& clears);
  // Each look at an alarm or origin takes one of `looks`; where none is left they end early.
  /// Into `some_alarms`, by id: those that are named, and in which an origin fires that is meant.
  void find_named(const Meant& meant, std::size_t& looks);
  bool has_meant(const AlarmRecord& alarm, const Meant& meant, std::size_t& looks);
  /// Into `some_origins`, by id: those of the alarm that fire and are meant.
  void find_meant(const AlarmRecord& alarm, const Meant& meant, std::size_t& looks);

  // origins.cc: what both kinds of alerts, time and people do to an origin
  OriginRecord* find_origin(const Judged& judged, const AlarmRecord* alarm);
  bool is_older(const Alert& alert, const OriginRecord& origin) const;
  void hear(OriginRecord& record, const Alert& alert);
  void end(OriginRecord& record, ClearCause cause, AlarmId other = 0);
  void lose(AlarmRecord& alarm, Severity severity, ClearCause cause, AlarmId other);
  /// Says what the losses of this call mean for their alarms. `judged`: of the alert behind it.
  void settle(const Judged* judged, Time at, Signals& signals);
  void clear(const Loss& loss, Time at);

  // burial.cc
  bool is_buried(const Judged& judged, Time now);
  bool bury_origin(const Judged& judged, Time now);  // false: a newer tombstone stands
  void bury_named(const Judged& judged, const Clears& clears, Time now);
  Hash128 hash_of_origin(const Judged& judged);
  template <class Value>
  Hash128 hash_of_named(const Judged& judged, std::string_view type,
                        std::span<const std::string> by, Value value);

  // expiry.cc
  void end_silent(const Silences::Due& due, Time now, Signals& signals);
  bool forget_one(Time now);
  Time next_deadline(const Clocks& clocks) const;

  // preview.cc
  class Foresight;

  // adopt.cc
  ClearsIndex& clears_index(const Clears& clears);
  ClearsIndex& build_index(const ClearsShape& shape);
  bool is_clearable(std::string_view type) const;
  void fill_indexes(std::span<ClearsIndex> indexes);

  CorrelatorTimes times;
  AlarmTable alarms;
  OriginTable origins;
  Tombstones tombstones;
  std::vector<ClearsIndex> clears_indexes;
  Silences silences;        // firing origins by ends_at
  DeadlineHeap forgetting;  // released alarms by cleared_at
  Time silence_after;

  // Scratch, so that a repeat allocates nothing.
  std::string packed;
  std::vector<OriginRecord*> some_origins;
  std::vector<AlarmId> some_alarms;
  std::vector<Loss> losses;
  std::vector<Guess> guesses;
};

/// Whether a resolved alert means `other`, an origin of its key, when its own has ended already, or
/// there is none (nullptr). `setup` judged the alert; `own` has not heard it yet.
bool is_meant_too(const OriginRecord& other, const OriginRecord* own, SetupNumber setup);

inline OriginName origin_name(const Judged& judged) {
  return {judged.source, judged.decoded->sender, judged.decoded->key};
}

/// A signal about an alarm as it is now.
Signal about(const AlarmRecord& alarm, Signal::Kind kind, const Judged* judged);

}  // namespace deskd::rules
