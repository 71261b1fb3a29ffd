#include "connectors/kafka/offering.h"

#include <utility>

#include "config/check.h"
#include "connectors/judged_batch.h"

namespace deskd::connectors {

bool Offering::offer(std::unique_ptr<Batch> batch, std::vector<KafkaPosition> before) {
  DESKD_CHECK(!is_holding());
  {
    const std::lock_guard lock(fate_->mutex);
    ++fate_->unsettled;
  }
  batch->is_broken = {fate_, &fate_->is_broken};
  batch->receipt = Receipt([fate = fate_, before = std::move(before)](Settlement settlement) {
    const bool is_lost = settlement.kind != Settlement::Kind::durable;
    const std::lock_guard lock(fate->mutex);
    if (is_lost) {
      fate->before.insert(fate->before.end(), before.begin(), before.end());
      fate->is_broken = true;
    }
    --fate->unsettled;
  });
  held_ = std::move(batch);
  return offer_again();
}

bool Offering::offer_again() { return !is_holding() || inbox_.offer(held_); }

void Offering::give_up() {
  if (const auto batch = std::exchange(held_, nullptr)) refuse_without_room(*batch, accounts_);
}

std::optional<std::vector<KafkaPosition>> Offering::take_lost() {
  std::optional<std::vector<KafkaPosition>> before;
  {
    const std::lock_guard lock(fate_->mutex);
    if (!fate_->is_broken || fate_->unsettled > 0) return std::nullopt;
    before = std::move(fate_->before);
  }
  fate_ = std::make_shared<Fate>();
  return before;
}

}  // namespace deskd::connectors
