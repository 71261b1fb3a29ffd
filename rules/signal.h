#pragma once
// What the correlator tells the desk: what happened to an alarm.

#include <cstdint>

#include "rules/alarm.h"

namespace deskd::rules {

struct Signal {
  enum class Kind : std::uint8_t {
    raised,    // became active
    repeated,  // fired again while active
    worsened,  // an active alarm's severity rose (comes after `repeated` for the same alert)
    improved,  // … or fell, and it is still active
    moved,     // an origin came to `alarm` from `other` because a newer setup judged it to another
               // identity; comes before `raised` or `repeated` of `alarm` and before `cleared` of
               // `other`
    cleared,   // its last firing origin ended
  };
  Kind kind = Kind::raised;
  AlarmId alarm = 0;
  AlarmId other = 0;                      // moved: where from; cleared by reidentified: where to
  Severity severity = Severity::unknown;  // of the alarm now (cleared: the last)
  ClearCause cause = ClearCause::none;    // cleared
  std::uint64_t count = 0;                // the alarm's firing alerts so far, this one included
  SetupNumber setup = 0;                  // that judged `verdict`
  const Verdict* verdict =
      nullptr;  // of the alert behind it; none when time or a person is behind it
};

/// An alarm that an alert most likely speaks of, before that is taken in.
struct Fetched {
  AlarmId alarm = 0;     // 0: a new one
  bool changes = false;  // it will be raised or cleared; else it is only told of again
};

}  // namespace deskd::rules
