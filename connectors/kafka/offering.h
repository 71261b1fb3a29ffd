#pragma once
// The way of a Kafka source's batches into the inbox, and word of those that did not become
// durable.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "connectors/accounts.h"
#include "connectors/inbox.h"
#include "connectors/kafka/progress.h"

namespace deskd::connectors {

/// Of what was passed over, and is durable as such.
struct GapCounts {
  std::uint64_t gaps = 0;
  std::uint64_t records_lost = 0;
};

/// The reader's thread only; receipts may settle on any, also when this is gone. A batch that finds
/// no room is held: as long as one is, no other may be offered, so that their order stays. Once a
/// batch is lost (turned away after it was admitted, or given up before) all behind it are void,
/// and when each has settled it is known where to read again.
class Offering {
 public:
  Offering(Inbox& inbox, Accounts& accounts) : inbox_(inbox), accounts_(accounts) {}
  ~Offering() { give_up(); }
  Offering(const Offering&) = delete;
  Offering& operator=(const Offering&) = delete;

  /// `before`: what stood before the batch. False: it is held.
  bool offer(std::unique_ptr<Batch> batch, ReadBefore before);
  /// False: still no room for the one that is held.
  bool offer_again();
  bool is_holding() const { return held_ != nullptr; }
  /// Refuses the batch that is held, which then counts as lost. Those admitted before it stay good.
  void give_up();

  /// A batch was lost: nothing may be offered until `take_lost`.
  bool has_lost() const;
  /// What stood before all that was lost; nothing while some have not settled.
  std::optional<ReadBefore> take_lost();
  /// Of all batches so far. Any thread.
  GapCounts durable_gaps() const { return {gaps_->gaps, gaps_->records_lost}; }

 private:
  /// Of all batches until one is lost.
  struct Fate {
    std::atomic<bool> is_broken = false;  // one that was admitted is lost: those behind it are void
    std::mutex mutex;
    std::size_t offered = 0;  // the rest under mutex
    std::size_t unsettled = 0;
    std::size_t given_up = 0;        // which of those offered, counted from 1; 0: none
    std::optional<ReadBefore> lost;  // before those that were lost

    void settle(std::size_t number, bool is_durable, const ReadBefore& before);
  };
  struct DurableGaps {
    std::atomic<std::uint64_t> gaps = 0;
    std::atomic<std::uint64_t> records_lost = 0;

    void add(const std::vector<KafkaGap>& more);
  };

  Inbox& inbox_;
  Accounts& accounts_;
  std::unique_ptr<Batch> held_;
  std::shared_ptr<Fate> fate_ = std::make_shared<Fate>();
  const std::shared_ptr<DurableGaps> gaps_ = std::make_shared<DurableGaps>();
};

}  // namespace deskd::connectors
