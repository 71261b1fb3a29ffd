#pragma once
// Ends that must be remembered for a while, so that an older firing alert that comes late is known
// to be stale.

#include <cstddef>
#include <cstdint>
#include <queue>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "config/limits.h"
#include "rules/alarm.h"
#include "rules/correlator/hash.h"
#include "rules/field.h"
#include "rules/rule_set.h"

namespace deskd::rules {

/// When something happened by its sender's clock, and when it was heard; equal where the sender
/// stamped nothing.
struct EventTimes {
  Time event_at;
  Time received_at;
  bool is_stamped() const { return event_at != received_at; }
};

inline EventTimes times_of(const Alert& alert) { return {alert.event_at, alert.received_at}; }

/// Whether `one` tells of an earlier moment than `other`. Where neither is stamped, arrival
/// decides: what several threads received at nearly the same time may cross on its way here.
inline bool is_earlier(const EventTimes& one, const EventTimes& other) {
  return (one.is_stamped() || other.is_stamped()) && one.event_at < other.event_at;
}

/// Owned by the correlator; core thread only. Holds at most `max`; the oldest goes before its time
/// when there are more.
class Tombstones {
 public:
  explicit Tombstones(std::size_t max = limits::tombstones_max) : max_(max) {}

  /// The fields of a `clears` that made tombstones which stand now.
  struct Shape {
    std::vector<std::string> by;
    std::vector<FieldName> fields;  // the same, parsed; a word that is none any more is left out
    std::size_t standing = 0;
  };
  bool empty() const { return standing_.empty(); }
  /// Whether none of them is newer than an alert of this event time. Costs less than asking for
  /// each hash.
  bool are_all_older(Time event_at) const { return standing_.empty() || event_at >= newest_; }
  const std::vector<Shape>& shapes() const { return shapes_; }  // some with none standing
  /// Whether a newer end stands for this hash.
  bool covers(const Hash128& hash, const EventTimes& alert, Time now, Duration reorder) const;

  /// Sets or renews one. `by` is empty for one of an origin.
  void put(const Hash128& hash, std::span<const std::string> by, const EventTimes& end);
  /// Lets the oldest go when its time is over; false: it is not over.
  bool expire_one(Time now, Duration reorder);
  Time next_deadline(Duration reorder) const;  // unknown: none stands; may be too early once

  std::vector<Tombstone> take_changed();
  void restore(const Tombstone& tombstone);

 private:
  struct Standing {
    Time event_at;
    Time received_at;
    std::uint32_t shape = 0;
    bool changed = false;
  };
  struct HashOfHash {
    using is_avalanching = void;
    std::size_t operator()(const Hash128& hash) const { return hash.low; }
  };
  using Queued = std::pair<Time, Hash128>;
  using ByHash = boost::unordered_flat_map<Hash128, Standing, HashOfHash>;

  std::uint32_t shape_of(std::span<const std::string> by);
  Standing& set(const Hash128& hash, std::span<const std::string> by, const EventTimes& end);
  void keep_bound();
  bool refresh_oldest();
  void remove_oldest();

  std::size_t max_;
  ByHash standing_;
  Time newest_;  // no event time since there was none is later
  // By receipt, each hash once; the receipt is that of its first, until it comes to the front.
  std::priority_queue<Queued, std::vector<Queued>, std::greater<>> oldest_;
  std::vector<Shape> shapes_{Shape{}};  // the first is that of origins: no fields
  std::vector<Hash128> changed_;
};

}  // namespace deskd::rules
