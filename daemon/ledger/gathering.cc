#include "daemon/ledger/gathering.h"

#include <algorithm>

namespace deskd::ledger {

namespace {

// A commit that took longer (it waited for room, or the disk stumbled) says nothing of the next
// one.
constexpr std::chrono::milliseconds commit_counts_max{10};
constexpr unsigned without_pause_max = 255;

}  // namespace

std::size_t Gathering::after_commit(Clock::duration took, std::size_t settled,
                                    std::size_t waiting) {
  commit_ += (std::min<Clock::duration>(took, commit_counts_max) - commit_) / 8;
  wanted_ = settled + waiting;
  if (wanted_ < 2) wanted_ = 0;  // one alone has nobody to wait for
  if (wanted_ > 0 && without_pause_ > 0) {
    --without_pause_;
    wanted_ = 0;
  }
  return wanted_;
}

// With a longer pause even all who are expected would not be enough to pay for it, see `begins`.
Gathering::Clock::duration Gathering::patience() const { return commit_ * 3 / 5; }

// Without pauses the expected stand in two commits, half of them in each. With them there should be
// a quarter more receipts in the same time: less is lost again by the pauses that fail.
void Gathering::begins(Clock::duration paused, std::size_t gathered) {
  const auto with_pauses = 2 * commit_ * gathered;
  const auto without = (commit_ + paused) * wanted_;
  if (4 * with_pauses >= 5 * without) {
    next_without_pause_ = 0;
  } else {
    next_without_pause_ = std::min(2 * next_without_pause_ + 1, without_pause_max);
    without_pause_ = next_without_pause_;
  }
}

}  // namespace deskd::ledger
