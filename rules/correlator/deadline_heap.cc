#include "rules/correlator/deadline_heap.h"

#include <utility>

namespace deskd::rules {

void DeadlineHeap::set(std::uint64_t id, Time at) {
  Places& places = *places_;
  if (id >= places.size()) places.resize(id + 1, 0);
  if (places[id] == 0) {
    entries_.push_back({at, id});
    places[id] = static_cast<std::uint32_t>(entries_.size());
  }
  const std::size_t index = places[id] - 1;
  entries_[index].at = at;
  rise(index);
  sink(places[id] - 1);
}

void DeadlineHeap::erase(std::uint64_t id) {
  if (!contains(id)) return;
  const std::size_t index = (*places_)[id] - 1;
  (*places_)[id] = 0;
  const Deadline last = entries_.back();
  entries_.pop_back();
  if (index == entries_.size()) return;
  put(index, last);
  rise(index);
  sink((*places_)[last.id] - 1);
}

void DeadlineHeap::rise(std::size_t index) {
  const Deadline entry = entries_[index];
  while (index > 0) {
    const std::size_t parent = (index - 1) / 2;
    if (entries_[parent] <= entry) break;
    put(index, entries_[parent]);
    index = parent;
  }
  put(index, entry);
}

void DeadlineHeap::sink(std::size_t index) {
  const Deadline entry = entries_[index];
  for (;;) {
    std::size_t child = 2 * index + 1;
    if (child >= entries_.size()) break;
    if (child + 1 < entries_.size() && entries_[child + 1] < entries_[child]) ++child;
    if (entry <= entries_[child]) break;
    put(index, entries_[child]);
    index = child;
  }
  put(index, entry);
}

void DeadlineHeap::put(std::size_t index, const Deadline& entry) {
  entries_[index] = entry;
  (*places_)[entry.id] = static_cast<std::uint32_t>(index + 1);
}

}  // namespace deskd::rules
