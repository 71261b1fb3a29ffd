#pragma once
// Hands records from the one thread that reads them to those that apply them.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "daemon/ledger/record.h"

namespace deskd::ledger {

/// Every taker gets every record, in order and at its own pace; who puts them in is as far ahead of
/// the slowest as limits::replay_ahead_batches allow. Records go in batches, since many are small.
///
/// A taker that refuses a record gets no more, and the others no batch that follows: whatever the
/// threads do, the first record that any of them refuses is the one that is named.
class Relay {
 public:
  using Batch = std::vector<Record>;  // never empty

  explicit Relay(std::size_t takers);

  // The thread that puts in.
  /// Waits for room. False: a record was refused, nobody wants what follows.
  bool put(Batch batch);
  void end();  // nothing follows

  // The thread of `taker`, from 0.
  /// Waits for the next batch, which is given up with the call after. nullptr: no more of them.
  std::shared_ptr<const Batch> take(std::size_t taker);
  /// Of the batch taken; the rest of it is not wanted.
  void refuse(std::size_t taker, std::uint64_t number);

  /// The first record that was refused, if one was.
  std::optional<std::uint64_t> refused() const;

 private:
  static constexpr std::uint64_t none = std::numeric_limits<std::uint64_t>::max();
  void drop_taken();

  mutable std::mutex mutex_;
  std::condition_variable put_, taken_;
  // Under the lock.
  std::deque<std::shared_ptr<const Batch>> batches_;
  std::uint64_t dropped_ = 0;            // batches that all have taken
  std::vector<std::uint64_t> taken_by_;  // by taker: batches; `none`: it takes no more
  std::uint64_t refused_ = none;
  bool ended_ = false;
};

}  // namespace deskd::ledger
