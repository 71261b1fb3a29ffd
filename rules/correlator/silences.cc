#include "rules/correlator/silences.h"

#include <algorithm>
#include <memory>

#include "config/check.h"

namespace deskd::rules {

Time Clocks::of(SourceNumber source) const {
  return source < sources.size() ? sources[source] : Time{};
}

Time Clocks::slowest() const {
  Time slowest = now;
  for (const Time time : sources) {
    if (is_known(time)) slowest = std::min(slowest, time);
  }
  return slowest;
}

Silences::Silences() { heaps_.emplace_back(); }

void Silences::set(SourceNumber source, OriginId origin, Time at) {
  heaps_[heap_of(source)].silences.set(origin, at);
}

void Silences::erase(SourceNumber source, OriginId origin) {
  heaps_[heap_of(source)].silences.erase(origin);
}

void Silences::separate(SourceNumber source, const OriginTable& origins) {
  if (is_separate(source)) return;
  if (source >= heap_by_source_.size()) heap_by_source_.resize(source + 1, 0);
  DeadlineHeap& shared = heaps_.front().silences;
  std::vector<DeadlineHeap::Deadline> moved;
  for (const DeadlineHeap::Deadline& deadline : shared.all()) {
    if (origins.source_of(*origins.find(deadline.id)) == source) moved.push_back(deadline);
  }
  for (const DeadlineHeap::Deadline& deadline : moved) shared.erase(deadline.id);
  DeadlineHeap own = shared.sibling();
  for (const DeadlineHeap::Deadline& deadline : moved) own.set(deadline.id, deadline.at);
  heap_by_source_[source] = heaps_.size();
  heaps_.push_back({source, std::move(own)});
}

void Silences::separate(const Clocks& clocks, const OriginTable& origins) {
  for (SourceNumber source = 0; source < clocks.sources.size(); ++source) {
    if (is_known(clocks.sources[source])) separate(source, origins);
  }
}

std::optional<Silences::Due> Silences::due(const Clocks& clocks) const {
  std::optional<Due> first;
  for (const Heap& heap : heaps_) {
    if (heap.silences.empty()) continue;
    const Time own = heap.source == 0 ? Time{} : clocks.of(heap.source);
    const DeadlineHeap::Deadline& deadline = heap.silences.first();
    const bool is_due = is_known(own)
                            ? deadline.at <= own
                            : deadline.at <= clocks.now && clocks.now >= clocks.silence_after;
    if (!is_due || (first && first->at <= deadline.at)) continue;
    first = {deadline.id, deadline.at, is_known(own)};
  }
  return first;
}

std::optional<Silences::Due> Silences::due_of(SourceNumber source, Time at) const {
  DESKD_CHECK(is_separate(source));
  const DeadlineHeap& silences = heaps_[heap_of(source)].silences;
  if (silences.empty() || silences.first().at > at) return std::nullopt;
  return Due{silences.first().id, silences.first().at, true};
}

Time Silences::next_deadline(const Clocks& clocks) const {
  Time next;
  for (const Heap& heap : heaps_) {
    if (heap.silences.empty()) continue;
    const Time own = heap.source == 0 ? Time{} : clocks.of(heap.source);
    Time at = heap.silences.first().at;
    if (is_known(own) && at > own) continue;
    if (!is_known(own)) at = std::max(at, clocks.silence_after);
    if (!is_known(next) || at < next) next = at;
  }
  return next;
}

}  // namespace deskd::rules
