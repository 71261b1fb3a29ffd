#include "connectors/kafka/offering.h"

#include <algorithm>
#include <utility>

#include "config/check.h"
#include "connectors/judged_batch.h"

namespace deskd::connectors {

void Offering::Fate::settle(std::size_t number, bool is_durable, const ReadBefore& before) {
  const std::lock_guard lock(mutex);
  --unsettled;
  if (is_durable) return;
  if (number != given_up) is_broken = true;
  if (!lost) lost = ReadBefore{.positions = {}, .reached = before.reached, .gaps = {}};
  lost->positions.insert(lost->positions.end(), before.positions.begin(), before.positions.end());
  lost->reached = std::min(lost->reached, before.reached);
  lost->gaps.insert(lost->gaps.end(), before.gaps.begin(), before.gaps.end());
}

void Offering::DurableGaps::add(const std::vector<KafkaGap>& more) {
  gaps += more.size();
  for (const KafkaGap& gap : more) records_lost += gap.lost;
}

bool Offering::offer(std::unique_ptr<Batch> batch, ReadBefore before) {
  DESKD_CHECK(!is_holding());
  std::size_t number = 0;
  {
    const std::lock_guard lock(fate_->mutex);
    ++fate_->unsettled;
    number = ++fate_->offered;
  }
  batch->is_broken = {fate_, &fate_->is_broken};
  batch->receipt = Receipt(
      [fate = fate_, gaps = gaps_, number, before = std::move(before)](Settlement settlement) {
        const bool is_durable = settlement.kind == Settlement::Kind::durable;
        if (is_durable) gaps->add(before.gaps);
        fate->settle(number, is_durable, before);
      });
  held_ = std::move(batch);
  return offer_again();
}

bool Offering::offer_again() { return !is_holding() || inbox_.offer(held_); }

void Offering::give_up() {
  const auto batch = std::exchange(held_, nullptr);
  if (batch == nullptr) return;
  {
    const std::lock_guard lock(fate_->mutex);
    fate_->given_up = fate_->offered;  // the last: nothing is offered while one is held
  }
  refuse_without_room(*batch, accounts_);
}

bool Offering::has_lost() const {
  const std::lock_guard lock(fate_->mutex);
  return fate_->lost.has_value();
}

std::optional<ReadBefore> Offering::take_lost() {
  std::optional<ReadBefore> lost;
  {
    const std::lock_guard lock(fate_->mutex);
    if (!fate_->lost || fate_->unsettled > 0) return std::nullopt;
    lost = std::move(fate_->lost);
  }
  fate_ = std::make_shared<Fate>();
  return lost;
}

}  // namespace deskd::connectors
