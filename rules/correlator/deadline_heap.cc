#include "rules/correlator/deadline_heap.h"

#include <algorithm>
#include <utility>

namespace deskd::rules {

void DeadlineHeap::set(std::uint64_t id, Time at) {
  Places& places = *places_;
  if (id >= places.size()) places.resize(id + 1, 0);
  if (places[id] == 0) {
    entries_.push_back({at, id});
    rise(entries_.size() - 1);
    return;
  }
  const std::size_t index = places[id] - 1;
  const Time before = std::exchange(entries_[index].at, at);
  if (at < before)
    rise(index);
  else
    sink(index);
}

void DeadlineHeap::erase(std::uint64_t id) {
  if (!contains(id)) return;
  const std::size_t index = (*places_)[id] - 1;
  (*places_)[id] = 0;
  const Deadline erased = entries_[index];
  const Deadline last = entries_.back();
  entries_.pop_back();
  if (index == entries_.size()) return;
  entries_[index] = last;
  // What stands above was no later than what has left: looked at only where that does not tell.
  if (last < erased)
    rise(index);
  else
    sink(index);
}

void DeadlineHeap::rise(std::size_t index) {
  const Deadline entry = entries_[index];
  while (index > 0) {
    const std::size_t parent = (index - 1) / below;
    if (entries_[parent] <= entry) break;
    put(index, entries_[parent]);
    index = parent;
  }
  put(index, entry);
}

void DeadlineHeap::sink(std::size_t index) {
  const Deadline entry = entries_[index];
  for (;;) {
    const std::size_t first = first_below(index);
    if (first >= entries_.size()) break;
    const auto begin = entries_.begin();
    const auto end = begin + static_cast<std::ptrdiff_t>(std::min(first + below, entries_.size()));
    const auto earliest = std::min_element(begin + static_cast<std::ptrdiff_t>(first), end);
    if (entry <= *earliest) break;
    put(index, *earliest);
    index = static_cast<std::size_t>(earliest - begin);
  }
  put(index, entry);
}

void DeadlineHeap::put(std::size_t index, const Deadline& entry) {
  entries_[index] = entry;
  (*places_)[entry.id] = static_cast<std::uint32_t>(index + 1);
}

}  // namespace deskd::rules
