#pragma once
// The way of a Kafka source's batches into the inbox, and word of those that did not become
// durable.

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "connectors/accounts.h"
#include "connectors/inbox.h"

namespace deskd::connectors {

/// The reader's thread only; receipts may settle on any, also when this is gone. A batch that finds
/// no room is held: as long as one is, no other may be offered, so that their order stays. Once a
/// batch is lost (turned away after it was admitted) all behind it are void, and when each has
/// settled it is known where to read again.
class Offering {
 public:
  Offering(Inbox& inbox, Accounts& accounts) : inbox_(inbox), accounts_(accounts) {}
  ~Offering() { give_up(); }
  Offering(const Offering&) = delete;
  Offering& operator=(const Offering&) = delete;

  /// `before`: where the batch's partitions stood before it. False: it is held.
  bool offer(std::unique_ptr<Batch> batch, std::vector<KafkaPosition> before);
  /// False: still no room for the one that is held.
  bool offer_again();
  bool is_holding() const { return held_ != nullptr; }
  /// Refuses the batch that is held, which then counts as lost.
  void give_up();

  /// A batch was lost: nothing may be offered until `take_lost`.
  bool is_broken() const { return fate_->is_broken; }
  /// Where the partitions stood before all that was lost; nothing while some have not settled.
  std::optional<std::vector<KafkaPosition>> take_lost();

 private:
  /// Of all batches until one is lost.
  struct Fate {
    std::atomic<bool> is_broken = false;
    std::mutex mutex;
    std::size_t unsettled = 0;          // the rest under mutex
    std::vector<KafkaPosition> before;  // of those that were lost
  };

  Inbox& inbox_;
  Accounts& accounts_;
  std::unique_ptr<Batch> held_;
  std::shared_ptr<Fate> fate_ = std::make_shared<Fate>();
};

}  // namespace deskd::connectors
