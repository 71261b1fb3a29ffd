#include "connectors/kafka/cluster_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "config/limits.h"

namespace deskd::connectors {

ClusterWatch::ClusterWatch(KafkaClient& client, const KafkaSettings& settings,
                           std::function<void()> on_change)
    : client_(client),
      topics_(settings.topics),
      start_(settings.start),
      on_change_(std::move(on_change)) {
  health_.since = Clock::now();
  thread_ = std::thread([this] { run(); });
}

ClusterWatch::~ClusterWatch() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

std::vector<PartitionFound> ClusterWatch::take_changes() {
  const std::lock_guard lock(mutex_);
  return partitions_.take_changes();
}

ClusterHealth ClusterWatch::health() const {
  const std::lock_guard lock(mutex_);
  return health_;
}

void ClusterWatch::ask_again(const std::string& topic, std::int32_t partition) {
  {
    const std::lock_guard lock(mutex_);
    partitions_.forget_ends(topic, partition);
  }
  wake_.notify_all();
}

void ClusterWatch::run() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      if (is_stopping_) return;
    }
    if (Clock::now() >= topics_at_) ask_for_topics();
    ask_leaders();
    settle_health();
    pause();
  }
}

void ClusterWatch::pause() {
  std::unique_lock lock(mutex_);
  if (!is_stopping_) wake_.wait_for(lock, limits::kafka_ends_every);
}

void ClusterWatch::ask_for_topics() {
  auto topics = client_.topics(limits::kafka_patience);
  if (!topics) {
    topics_at_ = Clock::now() + limits::kafka_silent_ask_every;
    const std::lock_guard lock(mutex_);
    fault_ = topics.error();
    return;
  }
  take_in(*topics);
  const std::lock_guard lock(mutex_);
  // What is missing may be about to come.
  topics_at_ = Clock::now() + (partitions_.topic_faults().empty() ? limits::kafka_metadata_every
                                                                  : limits::kafka_silent_ask_every);
}

void ClusterWatch::take_in(const std::vector<TopicFound>& topics) {
  const std::lock_guard lock(mutex_);
  has_answered_ = true;
  fault_.clear();
  for (const std::string& name : topics_) {
    const auto found = std::ranges::find(topics, name, &TopicFound::name);
    if (found != topics.end()) partitions_.take_in(*found);
  }
}

void ClusterWatch::ask_leaders() {
  std::set<std::int32_t> leaders;
  {
    const std::lock_guard lock(mutex_);
    leaders = partitions_.leaders();
  }
  for (const std::int32_t leader : leaders) {
    if (Clock::now() < leaders_[leader].ask_at) continue;
    while (const auto partition = next_of(leader)) {
      const bool is_first_time = !partition->ends;
      // Those whose ends nobody knows yet are asked for at once, one after the other.
      if (!ask(*partition) || !is_first_time) break;
    }
  }
}

std::optional<PartitionFound> ClusterWatch::next_of(std::int32_t leader) {
  const std::lock_guard lock(mutex_);
  if (is_stopping_) return std::nullopt;
  const PartitionFound* const its = partitions_.next_of(leader, leaders_[leader].turn);
  if (its == nullptr) return std::nullopt;
  if (its->ends) ++leaders_[leader].turn;
  return *its;
}

bool ClusterWatch::ask(PartitionFound partition) {
  const auto& [topic, number] = std::tie(partition.topic, partition.partition);
  const auto give_up = [&](const std::string& why) {
    failed(partition, why);
    return false;
  };
  if (partition.ends) {
    const auto end = client_.end(topic, number, limits::kafka_patience);
    if (!end) return give_up(end.error());
    partition.ends->high = *end;
    answered(partition, false);
    return true;
  }
  const auto ends = client_.ends(topic, number, limits::kafka_patience);
  if (!ends) return give_up(ends.error());
  partition.ends = *ends;
  if (start_.from == KafkaSettings::Start::From::time) {
    const auto time = std::chrono::ceil<std::chrono::milliseconds>(start_.time.time_since_epoch());
    const auto offset = client_.offset_at(topic, number, time, limits::kafka_patience);
    if (!offset) return give_up(offset.error());
    partition.offset_at_start = *offset;
  }
  answered(partition, true);
  return true;
}

void ClusterWatch::answered(const PartitionFound& partition, bool is_whole) {
  Leader& leader = leaders_[partition.leader];
  leader.answered_at = Clock::now();
  leader.ask_at = {};
  {
    const std::lock_guard lock(mutex_);
    has_answered_ = true;
    fault_.clear();
    partitions_.take_answer(partition, is_whole);
    partitions_.set_answering(partition.leader, true);
  }
  on_change_();
}

void ClusterWatch::failed(const PartitionFound& partition, const std::string& why) {
  const auto now = Clock::now();
  Leader& leader = leaders_[partition.leader];
  leader.ask_at = now + limits::kafka_silent_ask_every;
  topics_at_ = std::min(topics_at_, now + limits::kafka_silent_ask_every);  // it may have moved
  const std::lock_guard lock(mutex_);
  fault_ = fmt::format("{}[{}]: {}", partition.topic, partition.partition, why);
  if (now - leader.answered_at > limits::kafka_silence_max) {
    partitions_.set_answering(partition.leader, false);
  }
}

void ClusterWatch::settle_health() {
  using State = ClusterHealth::State;
  bool is_told = false;
  {
    const std::lock_guard lock(mutex_);
    const bool answers = partitions_.some_leader_answers();
    // Topics that don't exist have no leaders; the cluster may be well all the same.
    const bool is_quiet = partitions_.empty() ? !fault_.empty() : !answers;
    const State state = is_quiet && !fault_.empty() ? State::silent
                        : has_answered_             ? State::answers
                                                    : State::asking;
    is_told = state != health_.state;
    if (is_told) health_.since = Clock::now();
    health_.state = state;
    health_.fault = fault_;
    if (const auto& faults = partitions_.topic_faults(); fault_.empty() && !faults.empty()) {
      const auto& [topic, fault] = *faults.begin();
      health_.fault = fmt::format("topic '{}': {}", topic, fault);
    }
  }
  if (is_told) on_change_();
}

}  // namespace deskd::connectors
