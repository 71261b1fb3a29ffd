#pragma once
// When what is due: the earliest of many deadlines, each of which can be moved or taken back.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "rules/time.h"

namespace deskd::rules {

/// A heap of (time, id), the lower id first among equal times. Each entry has four below it, side
/// by side: of a million, three in four have none, so to take one out looks at few places. An id
/// stands in it at most once, so it never holds more than there are live things. Owned by the
/// correlator; core thread only. Ids are dense: it keeps 4 bytes for each up to the highest seen,
/// which heaps of different ids can share.
class DeadlineHeap {
 public:
  struct Deadline {
    Time at;
    std::uint64_t id = 0;
    auto operator<=>(const Deadline&) const = default;
  };

  DeadlineHeap() : places_(std::make_shared<Places>()) {}
  /// An empty one that shares its places with this one.
  DeadlineHeap sibling() const { return DeadlineHeap(places_); }

  bool empty() const { return entries_.empty(); }
  /// In this heap or in one that shares its places.
  bool contains(std::uint64_t id) const { return id < places_->size() && (*places_)[id] != 0; }
  // Where an id's place stands, and where that leads in this heap, for who asks the memory for it;
  // nullptr: nowhere.
  const void* place(std::uint64_t id) const {
    return id < places_->size() ? &(*places_)[id] : nullptr;
  }
  const void* entry(std::uint64_t id) const {
    const std::size_t index = contains(id) ? (*places_)[id] : 0;
    return index > 0 && index <= entries_.size() ? &entries_[index - 1] : nullptr;
  }
  /// The same of those below it: `below` of them.
  const void* entries_below(std::uint64_t id) const {
    const std::size_t first = contains(id) ? first_below((*places_)[id] - 1) : 0;
    return first > 0 && first < entries_.size() ? &entries_[first] : nullptr;
  }
  static constexpr std::size_t below = 4;
  const Deadline& first() const { return entries_.front(); }     // not when empty
  const std::vector<Deadline>& all() const { return entries_; }  // in no order

  // The id must stand in no other heap of the same places.
  void set(std::uint64_t id, Time at);  // new, or moved
  void erase(std::uint64_t id);         // nothing happens when it is not there

 private:
  using Places = std::vector<std::uint32_t>;  // by id: index in its heap + 1; 0: in none

  explicit DeadlineHeap(std::shared_ptr<Places> places) : places_(std::move(places)) {}
  static std::size_t first_below(std::size_t index) { return index * below + 1; }
  void rise(std::size_t index);
  void sink(std::size_t index);
  void put(std::size_t index, const Deadline& entry);

  std::vector<Deadline> entries_;
  std::shared_ptr<Places> places_;  // never null
};

}  // namespace deskd::rules
