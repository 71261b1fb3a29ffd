#pragma once
// A broker and its reader: records stay where they are until somebody who remembers how far he got
// reads on.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "connectors/accounts.h"
#include "connectors/inbox.h"
#include "daemon/core/core.h"

namespace deskd::sim {

/// The partitions outlive every process of the daemon, the reader dies with it. What is promised:
/// what stands before a durable position stands in the ledger, once, and nothing that stands behind
/// it does; and no origin of the source ends by silence while what may have kept it up is unread.
class Bus {
 public:
  explicit Bus(std::mt19937_64& random) : random_(random) {}

  // The broker.
  /// Somebody writes a few records.
  void write(rules::Time now, std::uint64_t& next_id);

  // The reader.
  /// A process starts: it goes on where the ledger says.
  void start(const daemon::Core& core);
  /// Reads some of what waits, if anything, and offers it as one batch, or else says that it is
  /// live; what finds no room is held and offered again.
  void read(std::shared_ptr<const daemon::Setup> setup, rules::Time now,
            connectors::Accounts& accounts, connectors::Inbox& inbox);
  bool has_read_all() const;

  // What is promised.
  /// The records of a turn are durable, and `core` is in the state that it left.
  void durable(std::span<const ledger::Record> turn, const daemon::Core& core);
  std::uint64_t written() const;

 private:
  struct Record {
    rules::Time at;
    rules::Time ends_at;
    std::string body;  // empty: a null value
    std::string id;    // of its alert; empty: it has none
    bool is_poison = false;
  };
  struct Partition {
    std::vector<Record> records;
    std::size_t read = 0;     // by this process
    std::size_t checked = 0;  // up to here all promises hold
  };

  std::size_t next_partition() const;  // of the oldest record that waits; none: how many there are
  std::unique_ptr<connectors::Batch> take(std::shared_ptr<const daemon::Setup> setup,
                                          rules::Time now, connectors::Accounts& accounts);
  void add(connectors::Batch& batch, const connectors::Source& source, std::size_t partition,
           std::size_t offset, std::size_t body_at, connectors::Accounts& accounts);
  rules::Time watermark() const;
  void check(std::size_t partition, std::size_t durable);
  void check_silence(const daemon::Core& core);
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  bool chance(unsigned percent) { return below(100) < percent; }

  std::mt19937_64& random_;
  std::array<Partition, 3> partitions_;
  std::unique_ptr<connectors::Batch> held_;                       // found no room
  std::map<std::string, unsigned> seen_;                          // ids in the ledger
  std::map<std::pair<std::size_t, std::size_t>, unsigned> dead_;  // letters, by place
  std::uint64_t letters_seen_ = 0;                                // up to this id
  std::set<std::pair<rules::OriginId, rules::Time>> silent_;      // origins, and when they ended
};

}  // namespace deskd::sim
