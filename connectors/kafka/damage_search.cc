#include "connectors/kafka/damage_search.h"

#include <algorithm>

namespace deskd::connectors {

std::int64_t DamageSearch::next_start(std::int64_t end) {
  if (tries_ < tries_max) return start_;
  start_ = behind_ != unknown ? inside_ + (behind_ - inside_ + 1) / 2
                              : std::max(inside_ + 1, std::min(inside_ + step_, end));
  return start_;
}

void DamageSearch::came_damaged(std::int64_t base) {
  if (tries_ < tries_max) {
    ++tries_;
  } else if (base == base_) {
    inside_ = start_;
    step_ *= 2;
  } else {
    came_readable();  // this is another batch, and the next search's
  }
}

void DamageSearch::came_readable() {
  if (tries_ < tries_max) {
    is_over_ = true;  // where reading stopped
    return;
  }
  behind_ = start_;
  is_over_ = behind_ == inside_ + 1;
}

std::uint64_t DamageSearch::lost() const {
  return start_ > first_inside_ ? static_cast<std::uint64_t>(start_ - first_inside_) : 0;
}

}  // namespace deskd::connectors
