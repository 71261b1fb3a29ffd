#pragma once
// How far each partition of a source has been read, and how far the source's time has come with it.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "connectors/batch.h"
#include "rules/time.h"

namespace deskd::connectors {

/// What the ledger holds of a source: where it goes on, and how far its time had come.
struct StoredPositions {
  std::vector<KafkaPosition> partitions;
  rules::Time watermark;  // unknown: it was live
};

/// What stood before a batch, or before several: there reading goes on when they are lost.
struct ReadBefore {
  std::vector<KafkaPosition> positions;  // of the partitions that moved with it
  rules::Time reached;                   // the source's time
  std::vector<KafkaGap> gaps;            // that it tells of
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
  bool is_gone = false;          // its topic is there without it
  bool is_wanted = true;         // its topic is configured
  bool came_later = false;       // when its topic was known already: all of it is to be read
  std::int64_t from = unknown;   // `next` before what moved since the last batch

  /// False: it has no part in how the source does.
  bool counts() const { return is_wanted && !is_gone && (is_found || next != unknown); }
  bool is_behind() const { return next < end; }
  std::uint64_t lag() const { return is_behind() ? static_cast<std::uint64_t>(end - next) : 0; }
};

/// The reader's own; one thread. Partitions are never removed, so references to them stay.
class Progress {
 public:
  /// Continues what the ledger holds.
  explicit Progress(const StoredPositions& stored);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  PartitionProgress& at(std::string_view topic, std::int32_t partition);  // made if it is new
  /// The same, of one that the cluster told of. `appeared_later`: it did not at first.
  PartitionProgress& found(std::string_view topic, std::int32_t partition, bool appeared_later);
  std::deque<PartitionProgress>& partitions() { return partitions_; }
  const std::deque<PartitionProgress>& partitions() const { return partitions_; }
  /// Those of other topics have no part in the source's time.
  void want(const std::vector<std::string>& topics);
  /// A client is about to look for partitions: of a topic that is known, those with a higher number
  /// than any of it came later.
  void connect();
  /// All that should be is read, of leaders that answer.
  bool is_whole() const;

  /// Reading begins at `offset`, or begins again there. `restarted`: the partition's own offsets
  /// began anew.
  static void begin(PartitionProgress& its, std::int64_t offset, bool restarted);
  /// Reading begins again behind the gap, of which the next batch tells.
  void pass_over(PartitionProgress& its, KafkaGap gap);
  /// Everything before `next` has been read.
  static void move(PartitionProgress& its, std::int64_t next);

  /// For the batch that goes out now, before it takes what moved.
  ReadBefore before() const;
  /// The client that read them is gone: nothing is known of where they end.
  void disconnect();

  /// What moved since the last call, for the batch that goes out now.
  std::vector<KafkaPosition> take_moved();
  std::vector<KafkaGap> take_gaps() { return std::exchange(gaps_, {}); }
  /// Batches were lost: reads again from there, unless a partition stands before that already, and
  /// tells again of their gaps, but for those that reading again comes upon.
  void rewind(const ReadBefore& before);

  /// The source's time: unknown when every partition is read to its end, so that it is live; else
  /// the least record time over those that are behind. Goes back by `rewind` alone. It stands still
  /// while a partition's end is not known, also because the cluster does not show it any more, or
  /// nothing of one that is behind has been read yet, and while the cluster does not answer at all
  /// (`is_answered` false).
  rules::Time watermark(rules::Time now, bool is_answered);

 private:
  std::deque<PartitionProgress> partitions_;
  std::map<std::string, std::unordered_map<std::int32_t, PartitionProgress*>, std::less<>> by_name_;
  std::map<std::string, std::int32_t, std::less<>> highest_known_;  // partition, of each topic
  std::vector<KafkaGap> gaps_;                                      // since the last batch
  rules::Time reached_;                                             // never unknown
};

}  // namespace deskd::connectors
