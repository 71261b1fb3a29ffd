#include "connectors/kafka/found_partitions.h"

#include <algorithm>
#include <utility>

namespace deskd::connectors {

void FoundPartitions::take_in(const TopicFound& topic) {
  const bool is_told = topic.is_missing || topic.fault.empty();  // else nothing is known of it
  if (topic.fault.empty()) {
    topic_faults_.erase(topic.name);
  } else {
    topic_faults_[topic.name] = topic.fault;
  }
  for (std::size_t i = 0; i < topic.leaders.size(); ++i) {
    Known& its = known(topic.name, static_cast<std::int32_t>(i));
    if (its.found.leader == topic.leaders[i] && its.found.exists) continue;
    its.found.leader = topic.leaders[i];
    its.found.exists = true;
    its.found.is_gone = false;
    its.found.leader_answers = false;
    its.found.ends.reset();
    its.has_changed = true;
  }
  for (Known& its : partitions_) {
    if (its.found.topic != topic.name) continue;
    const bool is_named = static_cast<std::size_t>(its.found.partition) < topic.leaders.size();
    if (is_named && topic.fault.empty()) continue;
    its.has_changed = true;
    its.found.leader_answers = false;
    its.found.ends.reset();
    if (is_named || !is_told) continue;
    its.found.exists = false;
    its.found.is_gone = !topic.is_missing;
  }
  if (is_told) seen_topics_.insert(topic.name);
}

void FoundPartitions::take_answer(const PartitionFound& answer, bool is_whole) {
  Known* const its = find(answer.topic, answer.partition);
  if (its == nullptr || (!is_whole && !its->found.ends)) return;
  its->found.ends = answer.ends;
  if (answer.offset_at_start) its->found.offset_at_start = answer.offset_at_start;
  its->has_changed = true;
}

void FoundPartitions::forget_ends(std::string_view topic, std::int32_t partition) {
  if (Known* its = find(topic, partition)) its->found.ends.reset();
}

void FoundPartitions::set_answering(std::int32_t leader, bool answers) {
  for (Known& its : partitions_) {
    if (its.found.leader != leader || its.found.leader_answers == answers) continue;
    if (answers && !its.found.ends) continue;
    its.found.leader_answers = answers;
    its.has_changed = true;
  }
}

bool FoundPartitions::is_asked_for(const PartitionFound& found) const {
  return found.exists && found.leader >= 0 && !topic_faults_.contains(found.topic);
}

std::set<std::int32_t> FoundPartitions::leaders() const {
  std::set<std::int32_t> leaders;
  for (const Known& its : partitions_) {
    if (is_asked_for(its.found)) leaders.insert(its.found.leader);
  }
  return leaders;
}

const PartitionFound* FoundPartitions::next_of(std::int32_t leader, std::size_t turn) const {
  std::vector<const PartitionFound*> its;
  for (const auto& [found, has_changed] : partitions_) {
    if (found.leader != leader || !is_asked_for(found)) continue;
    if (!found.ends) return &found;
    its.push_back(&found);
  }
  return its.empty() ? nullptr : its[turn % its.size()];
}

std::vector<PartitionFound> FoundPartitions::take_changes() {
  std::vector<PartitionFound> changes;
  for (Known& its : partitions_) {
    if (std::exchange(its.has_changed, false)) changes.push_back(its.found);
  }
  return changes;
}

bool FoundPartitions::some_leader_answers() const {
  return std::ranges::any_of(partitions_,
                             [](const Known& its) { return its.found.leader_answers; });
}

FoundPartitions::Known* FoundPartitions::find(std::string_view topic, std::int32_t partition) {
  const auto found = std::ranges::find_if(partitions_, [&](const Known& its) {
    return its.found.partition == partition && its.found.topic == topic;
  });
  return found == partitions_.end() ? nullptr : &*found;
}

FoundPartitions::Known& FoundPartitions::known(const std::string& topic, std::int32_t partition) {
  if (Known* its = find(topic, partition)) return *its;
  Known& made = partitions_.emplace_back();
  made.found.topic = topic;
  made.found.partition = partition;
  made.found.appeared_later = seen_topics_.contains(topic);
  return made;
}

}  // namespace deskd::connectors
