#pragma once
// When firing origins fall silent, each by the time of its source.

#include <optional>
#include <span>
#include <vector>

#include "rules/alarm.h"
#include "rules/correlator/deadline_heap.h"
#include "rules/correlator/origin_table.h"

namespace deskd::rules {

/// What time it is: for all, and for each source that reads a backlog.
struct Clocks {
  Time now;
  Time silence_after;             // where it is now, nothing ends by silence before this
  std::span<const Time> sources;  // by SourceNumber; unknown, or past the end: now

  Time of(SourceNumber source) const;  // unknown: now
  Time slowest() const;
};

/// Owned by the correlator; core thread only. All sources whose time has always been now share one
/// heap, so that looking for what is due costs the same however many they are. A source that once
/// had a time of its own keeps a heap of its own. One that was put off may stand too early.
class Silences {
 public:
  Silences();

  struct Due {
    OriginId origin = 0;
    Time at;               // as it stands here
    bool is_past = false;  // by a time of the source's own, so it happened then and not now
  };

  bool contains(OriginId origin) const { return heaps_.front().silences.contains(origin); }
  const void* place(OriginId origin) const { return heaps_.front().silences.place(origin); }
  const void* entry(OriginId origin) const { return heaps_.front().silences.entry(origin); }
  const void* entries_below(OriginId origin) const {
    return heaps_.front().silences.entries_below(origin);
  }
  void set(SourceNumber source, OriginId origin, Time at);  // new, or put off
  void erase(SourceNumber source, OriginId origin);

  /// Gives `source` a heap of its own. `origins` tells whose those in the shared one are.
  void separate(SourceNumber source, const OriginTable& origins);
  /// The same for every source that has a time of its own.
  void separate(const Clocks& clocks, const OriginTable& origins);

  /// The one with the earliest deadline of all that are due; equal ones: the shared heap first.
  std::optional<Due> due(const Clocks& clocks) const;
  /// Of a source that has a heap of its own.
  std::optional<Due> due_of(SourceNumber source, Time at) const;
  /// When something is due though no source's own time goes on; unknown: never.
  Time next_deadline(const Clocks& clocks) const;

 private:
  struct Heap {
    SourceNumber source = 0;
    DeadlineHeap silences;
  };
  bool is_separate(SourceNumber source) const { return heap_of(source) != 0; }
  std::size_t heap_of(SourceNumber source) const {
    return source < heap_by_source_.size() ? heap_by_source_[source] : 0;
  }

  std::vector<Heap> heaps_;                  // the first is the shared one; all share their places
  std::vector<std::size_t> heap_by_source_;  // 0, or past the end: the shared one
};

}  // namespace deskd::rules
