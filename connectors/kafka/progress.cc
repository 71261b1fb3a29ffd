#include "connectors/kafka/progress.h"

#include <algorithm>
#include <utility>

namespace deskd::connectors {
namespace {

// A time that has come nowhere yet: known, and before every record.
constexpr rules::Time before_all_records{rules::Duration{1}};

}  // namespace

Progress::Progress(const StoredPositions& stored)
    : reached_(rules::is_known(stored.watermark) ? stored.watermark : before_all_records) {
  for (const KafkaPosition& position : stored.partitions) {
    PartitionProgress& its = at(position.topic, position.partition);
    its.next = position.next;
    its.from = position.next;
  }
}

PartitionProgress& Progress::at(std::string_view topic, std::int32_t partition) {
  const auto found = std::ranges::find_if(partitions_, [&](const PartitionProgress& its) {
    return its.partition == partition && its.topic == topic;
  });
  if (found != partitions_.end()) return *found;
  PartitionProgress& made = partitions_.emplace_back();
  made.topic = topic;
  made.partition = partition;
  return made;
}

bool Progress::knows(std::string_view topic) const {
  return std::ranges::any_of(partitions_, [&](const PartitionProgress& its) {
    return its.topic == topic && its.next != PartitionProgress::unknown;
  });
}

void Progress::begin(PartitionProgress& its, std::int64_t offset, bool restarted) {
  its.next = offset;
  // What is passed over is found missing again if its batch is lost.
  if (its.from == PartitionProgress::unknown || offset < its.from) its.from = offset;
  its.is_dirty = true;
  its.has_restarted = its.has_restarted || restarted;
}

void Progress::move(PartitionProgress& its, std::int64_t next) {
  its.next = next;
  its.is_dirty = true;
}

std::vector<KafkaPosition> Progress::before_moved() const {
  std::vector<KafkaPosition> before;
  for (const PartitionProgress& its : partitions_) {
    if (its.is_dirty) before.push_back({its.topic, its.partition, its.from, its.has_restarted});
  }
  return before;
}

std::vector<KafkaPosition> Progress::take_moved() {
  std::vector<KafkaPosition> moved;
  for (PartitionProgress& its : partitions_) {
    if (!its.is_dirty) continue;
    moved.push_back({its.topic, its.partition, its.next, its.has_restarted});
    its.from = its.next;
    its.is_dirty = false;
    its.has_restarted = false;
  }
  return moved;
}

void Progress::rewind(const std::vector<KafkaPosition>& before) {
  for (const KafkaPosition& position : before) {
    PartitionProgress& its = at(position.topic, position.partition);
    begin(its, std::min(its.next, position.next), position.restarted);
  }
}

void Progress::disconnect() {
  for (PartitionProgress& its : partitions_) {
    its.end = PartitionProgress::unknown;
    its.is_found = false;
    its.is_reading = false;
    its.leader_answers = false;
  }
}

rules::Time Progress::watermark(rules::Time now, bool is_answered) {
  bool is_live = is_answered;
  bool stands_still = !is_answered;
  rules::Time least = rules::Time::max();
  for (const PartitionProgress& its : partitions_) {
    if (!its.is_found) continue;
    const bool has_end = its.leader_answers && its.is_reading && its.end >= 0;
    if (has_end && !its.is_behind()) continue;
    is_live = false;
    if (has_end && rules::is_known(its.record_at)) {
      least = std::min(least, its.record_at);
    } else {
      stands_still = true;
    }
  }
  if (is_live) {
    reached_ = std::max(reached_, now);
    return {};
  }
  if (!stands_still) reached_ = std::max(reached_, std::min(least, now));
  return reached_;
}

}  // namespace deskd::connectors
