#pragma once
// How far the sources that read a log have read it, and what time it is for them.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "connectors/batch.h"
#include "daemon/ledger/states.h"

namespace deskd::daemon {

/// What the ledger holds of a source that reads a log: where to go on.
struct SourcePositions {
  std::vector<connectors::KafkaPosition> partitions;  // by topic and partition
  rules::Time watermark;                              // unknown: it read live
};

/// What a batch says of its source's time.
struct SourceTime {
  rules::Time watermark;  // how far it has come; unknown: it is live, its time is ours
  rules::Time said_at;    // by our clock
};

/// Core thread only. A source is *behind* while it says how far its time has come (its watermark);
/// the others live in our time. That it is live is a word that holds for limits::live_word_holds: a
/// source that was not heard since is behind, and its time is that of the word. A watermark that
/// stands still for too long is *stalled*: the source's time is now, until the watermark goes on.
class SourceProgress {
 public:
  /// A position before the one that is known is stale and changes nothing, unless its partition was
  /// restarted.
  void read_up_to(rules::SourceNumber source, const connectors::KafkaPosition& position);
  /// True: it had stalled, and goes on.
  bool move(rules::SourceNumber source, const SourceTime& said, rules::Time now);
  /// A live one that was not heard for too long; nothing happens to another one.
  void fall_behind(rules::SourceNumber source, rules::Time now);
  /// No source could be heard until now: those that stand still have had no chance to go on.
  void listen_again(rules::Time now);
  /// Marks those that have stood still for `stall_max` as stalled, and returns them.
  std::vector<rules::SourceNumber> stall(rules::Time now, rules::Duration stall_max);

  // Questions.
  SourcePositions of(rules::SourceNumber source) const;
  std::vector<rules::SourceNumber> all() const;     // that ever had a position or a watermark
  std::vector<rules::SourceNumber> behind() const;  // stalled ones too, by number
  rules::Time watermark(rules::SourceNumber source) const;
  bool is_stalled(rules::SourceNumber source) const;
  /// What time it is, by SourceNumber; unknown, or past the end: now. Valid until the next command.
  std::span<const rules::Time> times() const { return times_; }
  rules::Time next_stall(rules::Duration stall_max) const;  // unknown: never

  void write_changes(ledger::StateWriter& states);

  // Recovery: every record's entities in order, then `restored`. Who read live has come to
  // `stopped_at`, the time of the last record: what was written since is a backlog, until a batch
  // says otherwise. All stand still since `now`.
  void restore(const ledger::SourcePosition& position);
  void restore(const ledger::SourceWatermark& watermark);
  void restored(rules::Time stopped_at, rules::Time now);

 private:
  using Partition = std::pair<std::string, std::uint32_t>;
  struct Read {
    std::uint64_t next = 0;
    bool changed = false;
  };
  struct Source {
    std::map<Partition, Read> partitions;
    rules::Time watermark;
    rules::Time live_at;   // as it said last, while the watermark is unknown
    rules::Time moved_at;  // by our clock
    bool stalled = false;
    bool changed = false;  // watermark or stalled

    bool may_stall() const { return rules::is_known(watermark) && !stalled; }
  };

  void set_time(rules::SourceNumber source, const Source& its);

  std::map<rules::SourceNumber, Source> sources_;  // that ever had a position or a watermark
  std::vector<rules::Time> times_;
};

}  // namespace deskd::daemon
