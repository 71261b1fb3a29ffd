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
  auto of_topic = by_name_.find(topic);
  if (of_topic == by_name_.end()) of_topic = by_name_.try_emplace(std::string(topic)).first;
  PartitionProgress*& its = of_topic->second[partition];
  if (its != nullptr) return *its;
  its = &partitions_.emplace_back();
  its->topic = topic;
  its->partition = partition;
  return *its;
}

PartitionProgress& Progress::found(std::string_view topic, std::int32_t partition,
                                   bool appeared_later) {
  PartitionProgress& its = at(topic, partition);
  const auto highest = highest_known_.find(topic);
  const bool is_new = highest != highest_known_.end() && partition > highest->second;
  its.came_later = its.came_later || appeared_later || is_new;
  return its;
}

void Progress::want(const std::vector<std::string>& topics) {
  for (PartitionProgress& its : partitions_) {
    its.is_wanted = std::ranges::find(topics, its.topic) != topics.end();
  }
}

void Progress::connect() {
  highest_known_.clear();
  for (const PartitionProgress& its : partitions_) {
    auto& highest = highest_known_.try_emplace(its.topic, its.partition).first->second;
    highest = std::max(highest, its.partition);
  }
}

bool Progress::is_whole() const {
  return std::ranges::all_of(partitions_, [](const PartitionProgress& its) {
    return !its.counts() || (its.is_reading && its.leader_answers);
  });
}

void Progress::begin(PartitionProgress& its, std::int64_t offset, bool restarted) {
  its.next = offset;
  // What lies behind is found missing again if its batch is lost.
  if (its.from == PartitionProgress::unknown || offset < its.from) its.from = offset;
  its.is_dirty = true;
  its.has_restarted = its.has_restarted || restarted;
}

void Progress::pass_over(PartitionProgress& its, KafkaGap gap) {
  begin(its, gap.resumed, gap.resumed < its.next);
  gaps_.push_back(std::move(gap));
}

void Progress::move(PartitionProgress& its, std::int64_t next) {
  its.next = next;
  its.is_dirty = true;
}

ReadBefore Progress::before() const {
  ReadBefore before{.positions = {}, .reached = reached_, .gaps = gaps_};
  for (const PartitionProgress& its : partitions_) {
    if (!its.is_dirty) continue;
    before.positions.push_back({its.topic, its.partition, its.from, its.has_restarted});
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

void Progress::rewind(const ReadBefore& before) {
  for (const KafkaPosition& position : before.positions) {
    PartitionProgress& its = at(position.topic, position.partition);
    begin(its, std::min(its.next, position.next), position.restarted);
    its.record_at = {};
  }
  reached_ = std::min(reached_, before.reached);
  gaps_.insert(gaps_.begin(), before.gaps.begin(), before.gaps.end());
  std::erase_if(gaps_, [this](const KafkaGap& gap) {
    return at(gap.topic, gap.partition).next < gap.resumed;
  });
}

void Progress::disconnect() {
  for (PartitionProgress& its : partitions_) {
    its.end = PartitionProgress::unknown;
    its.is_found = false;
    its.is_gone = false;
    its.is_reading = false;
    its.leader_answers = false;
  }
}

rules::Time Progress::watermark(rules::Time now, bool is_answered) {
  bool is_live = is_answered;
  bool stands_still = !is_answered;
  rules::Time least = rules::Time::max();
  for (const PartitionProgress& its : partitions_) {
    if (!its.counts()) continue;
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
