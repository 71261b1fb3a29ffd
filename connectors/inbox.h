#pragma once
// Where batches wait for the core: a bounded lane for each source, emptied round robin by bytes, so
// that one noisy source can't make another wait.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/batch.h"

namespace deskd::connectors {

/// Source threads offer, the core thread takes. One lock per batch. A batch is admitted whole or
/// not at all, and the batches of one lane are taken in the order in which they were offered.
class Inbox {
 public:
  /// `on_offer` is called (outside the lock, by the offering thread) when the inbox was empty
  /// before an offer.
  explicit Inbox(std::function<void()> on_offer);
  ~Inbox();

  /// Makes a lane, or changes its bound. Lanes are never removed: what waits in them is still
  /// taken.
  void set_lane(std::string_view source, std::size_t bytes_max);

  /// On success takes the batch away from the caller. False: the lane is full, unknown, or the
  /// inbox is closed or held; the batch stays with the caller. A batch larger than its whole lane
  /// is admitted when the lane is empty.
  bool offer(std::unique_ptr<Batch>& batch);

  /// Up to `bytes_max` of batches (at least one if any waits), fairly: each lane in turn gives an
  /// equal share of bytes.
  std::vector<std::unique_ptr<Batch>> take(std::size_t bytes_max);

  /// While held (the ledger is full), nothing is admitted; what waits can be taken.
  void hold(bool held);
  /// Nothing is admitted any more; what waits can still be taken.
  void close();

  bool empty() const;
  struct LaneFill {
    std::string source;
    std::size_t bytes = 0;
    std::size_t bytes_max = 0;
    std::uint64_t alerts = 0;
  };
  std::vector<LaneFill> fill() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace deskd::connectors
