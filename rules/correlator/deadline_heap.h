#pragma once
// When what is due: the earliest of many deadlines, each of which can be moved or taken back.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rules/time.h"

namespace deskd::rules {

/// A binary heap of (time, id), the lower id first among equal times. An id stands in it at most
/// once, so it never holds more than there are live things. Owned by the correlator; core thread
/// only. Ids are dense: it keeps 4 bytes for each up to the highest seen.
class DeadlineHeap {
 public:
  struct Deadline {
    Time at;
    std::uint64_t id = 0;
    auto operator<=>(const Deadline&) const = default;
  };

  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  bool contains(std::uint64_t id) const { return id < places_.size() && places_[id] != 0; }
  const Deadline& first() const { return entries_.front(); }  // not when empty

  void set(std::uint64_t id, Time at);  // new, or moved
  void erase(std::uint64_t id);         // nothing happens when it is not there
  void clear();

 private:
  void rise(std::size_t index);
  void sink(std::size_t index);
  void put(std::size_t index, const Deadline& entry);

  std::vector<Deadline> entries_;
  std::vector<std::uint32_t> places_;  // by id: index in entries_ + 1; 0: not there
};

}  // namespace deskd::rules
