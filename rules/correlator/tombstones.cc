#include "rules/correlator/tombstones.h"

#include <algorithm>

#include "config/check.h"

namespace deskd::rules {

bool Tombstones::covers(const Hash128& hash, const EventTimes& alert, Time now,
                        Duration reorder) const {
  const auto found = standing_.find(hash);
  if (found == standing_.end()) return false;
  const Standing& standing = found->second;
  return is_earlier(alert, {standing.event_at, standing.received_at}) &&
         now - standing.received_at <= reorder;
}

void Tombstones::put(const Hash128& hash, std::span<const std::string> by, const EventTimes& end) {
  Standing& standing = set(hash, by, end);
  if (!standing.changed) {
    standing.changed = true;
    changed_.push_back(hash);
  }
  keep_bound();
}

Tombstones::Standing& Tombstones::set(const Hash128& hash, std::span<const std::string> by,
                                      const EventTimes& end) {
  if (standing_.empty()) newest_ = {};
  const auto [place, added] = standing_.try_emplace(hash);
  Standing& standing = place->second;
  if (added) {
    standing.shape = shape_of(by);
    ++shapes_[standing.shape].standing;
    oldest_.emplace(end.received_at, hash);
  }
  // Sources may hand over out of turn; the queue relies on a renewal that is never earlier.
  standing.received_at = std::max(standing.received_at, end.received_at);
  standing.event_at = end.is_stamped() ? end.event_at : standing.received_at;
  newest_ = std::max(newest_, standing.event_at);
  return standing;
}

void Tombstones::keep_bound() {
  while (standing_.size() > max_) {
    if (!refresh_oldest()) remove_oldest();
  }
}

std::uint32_t Tombstones::shape_of(std::span<const std::string> by) {
  const auto same = [by](const Shape& shape) { return std::ranges::equal(shape.by, by); };
  auto shape = std::ranges::find_if(shapes_, same);
  if (shape == shapes_.end()) {
    shape = std::find_if(shapes_.begin() + 1, shapes_.end(),
                         [](const Shape& old) { return old.standing == 0; });
    if (shape == shapes_.end()) shape = shapes_.emplace(shapes_.end());
    shape->by.assign(by.begin(), by.end());
    shape->fields.clear();
    for (const std::string& word : by) {
      if (auto field = parse_field(word)) shape->fields.push_back(std::move(*field));
    }
  }
  return static_cast<std::uint32_t>(shape - shapes_.begin());
}

bool Tombstones::refresh_oldest() {
  const auto [received_at, hash] = oldest_.top();
  const Time renewed_at = standing_.at(hash).received_at;
  if (renewed_at == received_at) return false;
  oldest_.pop();
  oldest_.emplace(renewed_at, hash);
  return true;
}

void Tombstones::remove_oldest() {
  const auto found = standing_.find(oldest_.top().second);
  DESKD_CHECK(found != standing_.end());
  --shapes_[found->second.shape].standing;
  standing_.erase(found);
  oldest_.pop();
}

bool Tombstones::expire_one(Time now, Duration reorder) {
  if (oldest_.empty() || now - oldest_.top().first <= reorder) return false;
  if (!refresh_oldest()) remove_oldest();
  return true;
}

Time Tombstones::next_deadline(Duration reorder) const {
  // It still stands `reorder` after its receipt, so it goes the moment after.
  return oldest_.empty() ? Time{} : oldest_.top().first + reorder + Duration{1};
}

std::vector<Tombstone> Tombstones::take_changed() {
  std::vector<Tombstone> taken;
  taken.reserve(changed_.size());
  for (const Hash128& hash : changed_) {
    const auto found = standing_.find(hash);
    if (found == standing_.end() || !found->second.changed) continue;
    Standing& standing = found->second;
    standing.changed = false;
    taken.push_back(
        {hash.high, hash.low, shapes_[standing.shape].by, standing.event_at, standing.received_at});
  }
  changed_.clear();
  return taken;
}

void Tombstones::restore(const Tombstone& tombstone) {
  set({tombstone.hash_high, tombstone.hash_low}, tombstone.by,
      {tombstone.event_at, tombstone.received_at});
  keep_bound();
}

}  // namespace deskd::rules
