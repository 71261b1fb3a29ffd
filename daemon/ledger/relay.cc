#include "daemon/ledger/relay.h"

#include <algorithm>
#include <utility>

#include "config/limits.h"

namespace deskd::ledger {

Relay::Relay(std::size_t takers) : taken_by_(takers, 0) {}

bool Relay::put(Batch batch) {
  auto shared = std::make_shared<const Batch>(std::move(batch));
  std::unique_lock lock(mutex_);
  taken_.wait(
      lock, [this] { return refused_ != none || batches_.size() < limits::replay_ahead_batches; });
  if (refused_ != none) return false;
  batches_.push_back(std::move(shared));
  lock.unlock();
  put_.notify_all();
  return true;
}

void Relay::end() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  put_.notify_all();
}

std::shared_ptr<const Relay::Batch> Relay::take(std::size_t taker) {
  std::unique_lock lock(mutex_);
  std::uint64_t& taken = taken_by_[taker];
  put_.wait(lock, [&] { return ended_ || refused_ != none || taken < dropped_ + batches_.size(); });
  if (taken == dropped_ + batches_.size()) return nullptr;
  auto batch = batches_[taken - dropped_];
  if (batch->front().number > refused_) return nullptr;
  ++taken;
  drop_taken();
  lock.unlock();
  taken_.notify_one();
  return batch;
}

void Relay::drop_taken() {
  const std::uint64_t all_took = std::ranges::min(taken_by_);
  for (; dropped_ < all_took && !batches_.empty(); ++dropped_) batches_.pop_front();
}

void Relay::refuse(std::size_t taker, std::uint64_t number) {
  {
    const std::lock_guard lock(mutex_);
    refused_ = std::min(refused_, number);
    taken_by_[taker] = none;
    drop_taken();
  }
  taken_.notify_one();
  put_.notify_all();
}

std::optional<std::uint64_t> Relay::refused() const {
  const std::lock_guard lock(mutex_);
  return refused_ == none ? std::nullopt : std::optional(refused_);
}

}  // namespace deskd::ledger
