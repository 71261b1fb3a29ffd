#pragma once
// What waits in the queues, kept up to date with every change.

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "daemon/desk/dense_set.h"
#include "daemon/desk/incident.h"
#include "daemon/desk/queue.h"

namespace deskd::desk {

/// What waits in one queue. Every priority of the plan has its line, also when nothing waits there.
struct Backlog {
  std::string queue;
  std::map<std::string, std::array<std::uint64_t, 4>>
      open;                                      // by priority, then open state (new, assigned …)
  std::map<std::string, std::uint64_t> unacked;  // open ones without ack, by priority
  IncidentId oldest = 0;                         // of its open incidents; 0: none
  Time oldest_at{};                              // its opening; unknown: none
};

/// Where one open incident counts.
struct BacklogPlace {
  std::uint16_t queue = 0;     // index into the plan's queues
  std::uint8_t priority = 0;   // index into the plan's levels
  State state = State::fresh;  // an open one
  bool acked = false;
  bool operator==(const BacklogPlace&) const = default;
};

/// Where an open incident stands among those that wait: by priority, then age, which is the order
/// of ids. 8 bytes.
struct Urgency {
  std::uint64_t incident : 56 = 0;
  std::uint64_t priority : 8 = 0;  // index into the plan's levels, 0 the most urgent

  bool operator==(const Urgency&) const = default;
  auto operator<=>(const Urgency& other) const { return rank() <=> other.rank(); }

 private:
  std::uint64_t rank() const { return std::uint64_t{priority} << 56 | incident; }
};
using UrgencyOrder = DenseSet<Urgency>;

/// The backlogs of all queues of one plan. Part of the desk: core thread only. A change costs a
/// few counters and one step in each of three ordered sets.
class Backlogs {
 public:
  /// Empty backlogs for the queues and levels of `plan`.
  void reset(const DeskPlan& plan);
  void add(IncidentId incident, const BacklogPlace& place);
  void remove(IncidentId incident, const BacklogPlace& place);
  /// Asks the memory for what `remove` will look at.
  void fetch(IncidentId incident, const BacklogPlace& place) const;

  /// One for each queue of the plan, in its order, without the time of its oldest incident; `plan`
  /// as it was given to `reset`.
  std::vector<Backlog> read(const DeskPlan& plan) const;
  /// Of all queues.
  const UrgencyOrder& by_urgency() const { return by_urgency_; }
  /// The most urgent incident of `queue` that is `new`; 0: none.
  IncidentId first_new(std::uint16_t queue) const;

 private:
  struct Line {  // of one priority
    std::array<std::uint64_t, 4> open{};
    std::uint64_t unacked = 0;
  };
  struct Load {  // of one queue
    std::vector<Line> by_priority;
    DenseSet<IncidentId> by_age;
    UrgencyOrder fresh;  // the `new` ones
  };
  Line& line(const BacklogPlace& place);

  std::vector<Load> loads_;
  UrgencyOrder by_urgency_;
};

}  // namespace deskd::desk
