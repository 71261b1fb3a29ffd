#pragma once
// How far each partition of a source has been read, and how far the source's time has come with it.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/batch.h"
#include "rules/time.h"

namespace deskd::connectors {

/// What the ledger holds of a source: where it goes on, and how far its time had come.
struct StoredPositions {
  std::vector<KafkaPosition> partitions;
  rules::Time watermark;  // unknown: it was live
};

struct PartitionProgress {
  static constexpr std::int64_t unknown = -1;

  std::string topic;
  std::int32_t partition = 0;
  std::int64_t next = unknown;   // the offset to read next; unknown: it has no start yet
  std::int64_t end = unknown;    // of the partition, as far as is known
  rules::Time record_at;         // of the newest record read since the start; unknown: none was
  bool is_reading = false;       // the client has it
  bool leader_answers = false;   // else nobody can say where it ends
  bool is_dirty = false;         // `next` moved since the last batch
  bool has_restarted = false;    // its offsets began anew since the last batch
  bool is_out_of_range = false;  // `next` can't be read: to be begun anew
  bool is_found = false;         // the cluster has it
  std::int64_t from = unknown;   // `next` before what moved since the last batch

  bool is_behind() const { return next < end; }
  std::uint64_t lag() const { return is_behind() ? static_cast<std::uint64_t>(end - next) : 0; }
};

/// The reader's own; one thread. Partitions are never removed, so references to them stay.
class Progress {
 public:
  /// Continues what the ledger holds.
  explicit Progress(const StoredPositions& stored);

  PartitionProgress& at(std::string_view topic, std::int32_t partition);  // made if it is new
  std::deque<PartitionProgress>& partitions() { return partitions_; }
  const std::deque<PartitionProgress>& partitions() const { return partitions_; }
  /// Some partition of it has a position.
  bool knows(std::string_view topic) const;

  /// Reading begins at `offset`, or begins again there. `restarted`: the partition's own offsets
  /// began anew.
  static void begin(PartitionProgress& its, std::int64_t offset, bool restarted);
  /// Everything before `next` has been read.
  static void move(PartitionProgress& its, std::int64_t next);

  /// Where the partitions that moved stood before: there reading goes on if their batch is lost.
  std::vector<KafkaPosition> before_moved() const;
  /// The client that read them is gone: nothing is known of where they end.
  void disconnect();

  /// What moved since the last call, for the batch that goes out now.
  std::vector<KafkaPosition> take_moved();
  /// A batch was lost: reads again from there, unless it stands before that already.
  void rewind(const std::vector<KafkaPosition>& before);

  /// The source's time: unknown when every partition is read to its end, so that it is live; else
  /// the least record time over those that are behind. Never goes back. It stands still while a
  /// partition's end is not known, or nothing of one that is behind has been read yet, and while
  /// the cluster does not answer at all (`is_answered` false).
  rules::Time watermark(rules::Time now, bool is_answered);

 private:
  std::deque<PartitionProgress> partitions_;
  rules::Time reached_;  // never unknown
};

}  // namespace deskd::connectors
