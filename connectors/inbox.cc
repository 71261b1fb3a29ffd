#include "connectors/inbox.h"

#include <algorithm>
#include <deque>
#include <utility>

namespace deskd::connectors {
namespace {

// What a lane may give before the next one has its turn: some batches of 64 alerts, and small
// against what one turn of the core takes.
constexpr std::size_t quantum_bytes = 64 * limits::KiB;

struct Waiting {
  std::unique_ptr<Batch> batch;
  std::size_t bytes = 0;  // as it weighed when it was offered
};

struct Lane {
  std::string source;
  std::size_t bytes_max = 0;
  std::size_t bytes = 0;
  std::uint64_t alerts = 0;
  std::size_t credit = 0;  // bytes that it may still give in this round
  std::deque<Waiting> waiting;

  bool has_room(std::size_t more) const {
    return waiting.empty() || (bytes <= bytes_max && more <= bytes_max - bytes);
  }
  Waiting pop() {
    Waiting first = std::move(waiting.front());
    waiting.pop_front();
    bytes -= first.bytes;
    alerts -= first.batch->alerts.size();
    return first;
  }
};

}  // namespace

struct Inbox::Impl {
  explicit Impl(std::function<void()> offered) : on_offer(std::move(offered)) {}

  Lane* find(std::string_view source) {
    const auto found = std::ranges::find(lanes, source, &Lane::source);
    return found == lanes.end() ? nullptr : &*found;
  }

  void next_lane() {
    at = (at + 1) % lanes.size();
    lanes[at].credit += lanes[at].waiting.empty() ? 0 : quantum_bytes;
  }

  const std::function<void()> on_offer;

  mutable std::mutex mutex;
  std::deque<Lane> lanes;  // the rest under mutex
  std::size_t at = 0;      // the lane whose turn it is
  std::size_t batches = 0;
  bool held = false;
  bool closed = false;
};

Inbox::Inbox(std::function<void()> on_offer) : impl_(std::make_unique<Impl>(std::move(on_offer))) {}
Inbox::~Inbox() = default;

void Inbox::set_lane(std::string_view source, std::size_t bytes_max) {
  const std::lock_guard lock(impl_->mutex);
  if (Lane* lane = impl_->find(source)) {
    lane->bytes_max = bytes_max;
    return;
  }
  Lane& lane = impl_->lanes.emplace_back();
  lane.source = source;
  lane.bytes_max = bytes_max;
}

bool Inbox::offer(std::unique_ptr<Batch>& batch) {
  const std::size_t bytes = batch->bytes();
  bool was_empty = false;
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->closed || impl_->held) return false;
    Lane* lane = impl_->find(batch->source);
    if (lane == nullptr || !lane->has_room(bytes)) return false;
    lane->bytes += bytes;
    lane->alerts += batch->alerts.size();
    lane->waiting.push_back({std::move(batch), bytes});
    was_empty = impl_->batches++ == 0;
  }
  if (was_empty && impl_->on_offer) impl_->on_offer();
  return true;
}

// Deficit round robin (Shreedhar and Varghese, 1995): a lane's credit grows by a quantum each time
// its turn comes, and what it could not use stays while something waits in it. So lanes share bytes
// equally whatever the sizes of their batches.
std::vector<std::unique_ptr<Batch>> Inbox::take(std::size_t bytes_max) {
  std::vector<std::unique_ptr<Batch>> taken;
  const std::lock_guard lock(impl_->mutex);
  std::size_t bytes = 0;
  while (impl_->batches > 0) {
    Lane& lane = impl_->lanes[impl_->at];
    while (!lane.waiting.empty() && lane.waiting.front().bytes <= lane.credit) {
      const std::size_t first = lane.waiting.front().bytes;
      if (!taken.empty() && bytes + first > bytes_max) return taken;
      lane.credit -= first;
      bytes += first;
      taken.push_back(lane.pop().batch);
      --impl_->batches;
    }
    if (lane.waiting.empty()) lane.credit = 0;
    if (impl_->batches > 0) impl_->next_lane();
  }
  return taken;
}

void Inbox::hold(bool held) {
  const std::lock_guard lock(impl_->mutex);
  impl_->held = held;
}

void Inbox::close() {
  const std::lock_guard lock(impl_->mutex);
  impl_->closed = true;
}

bool Inbox::empty() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->batches == 0;
}

std::vector<Inbox::LaneFill> Inbox::fill() const {
  std::vector<LaneFill> all;
  const std::lock_guard lock(impl_->mutex);
  all.reserve(impl_->lanes.size());
  for (const Lane& lane : impl_->lanes) {
    all.push_back({lane.source, lane.bytes, lane.bytes_max, lane.alerts});
  }
  return all;
}

}  // namespace deskd::connectors
