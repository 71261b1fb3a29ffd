#include "daemon/desk/members.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "config/check.h"

namespace deskd::desk {

std::span<const AlarmId> Members::alarms() const {
  if (many_ != nullptr) return many_->alarms;
  return {&alone_, alone_ == 0 ? 0u : 1u};
}

std::uint32_t Members::firing() const {
  if (many_ == nullptr) return alone_active_ ? 1 : 0;
  return std::accumulate(many_->active.begin(), many_->active.end(), std::uint32_t{0});
}

std::optional<Severity> Members::worst() const {
  if (many_ == nullptr) return alone_active_;
  for (std::size_t rank = many_->active.size(); rank-- > 0;)
    if (many_->active[rank] > 0) return static_cast<Severity>(rank);
  return std::nullopt;
}

void Members::make_room() {
  many_ = std::make_unique<Many>();
  many_->alarms.push_back(std::exchange(alone_, 0));
  if (alone_active_) many_->active[static_cast<std::size_t>(*alone_active_)] = 1;
  alone_active_.reset();
}

void Members::add(AlarmId alarm) {
  if (many_ == nullptr && alone_ == 0) {
    alone_ = alarm;
    return;
  }
  if (many_ == nullptr) make_room();
  auto& alarms = many_->alarms;
  alarms.insert(std::ranges::upper_bound(alarms, alarm), alarm);
}

void Members::remove(AlarmId alarm) {
  if (many_ == nullptr) {
    DESKD_CHECK(alone_ == alarm && !alone_active_);
    alone_ = 0;
    return;
  }
  auto& alarms = many_->alarms;
  const auto found = std::ranges::lower_bound(alarms, alarm);
  DESKD_CHECK(found != alarms.end() && *found == alarm);
  alarms.erase(found);
}

void Members::count_active(Severity severity) {
  if (many_ != nullptr) {
    ++many_->active[static_cast<std::size_t>(severity)];
    return;
  }
  DESKD_CHECK(!alone_active_);
  alone_active_ = severity;
}

void Members::uncount_active(Severity severity) {
  if (many_ != nullptr) {
    --many_->active[static_cast<std::size_t>(severity)];
    return;
  }
  DESKD_CHECK(alone_active_ == severity);
  alone_active_.reset();
}

}  // namespace deskd::desk
