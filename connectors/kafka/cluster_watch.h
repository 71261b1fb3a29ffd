#pragma once
// Asks a cluster what it has: partitions, their leaders and ends. The questions wait for answers,
// so they have a thread of their own.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "connectors/kafka/found_partitions.h"
#include "connectors/kafka/kafka_client.h"

namespace deskd::connectors {

/// How the cluster as a whole does.
struct ClusterHealth {
  enum class State : std::uint8_t { asking, answers, silent } state = State::asking;
  std::string fault;  // one sentence: the last thing that was wrong; empty: nothing is
  std::chrono::steady_clock::time_point since;  // in this state
};

/// Starts its thread when made and ends it when destroyed; a question under way delays that by
/// limits::kafka_patience. Each leader is asked for one partition's end every
/// limits::kafka_ends_every: librdkafka 2.0 whose queue was full fetches again only when it has
/// something to send (up to 1 s later otherwise), so this also keeps the records coming.
class ClusterWatch {
 public:
  /// `on_change` is called by the watch's thread when there is something to take.
  ClusterWatch(KafkaClient& client, const KafkaSettings& settings, std::function<void()> on_change);
  ~ClusterWatch();
  ClusterWatch(const ClusterWatch&) = delete;
  ClusterWatch& operator=(const ClusterWatch&) = delete;

  /// Partitions of which something changed since the last call. Any thread.
  std::vector<PartitionFound> take_changes();
  ClusterHealth health() const;
  /// Forgets the ends of a partition and asks for them anew.
  void ask_again(const std::string& topic, std::int32_t partition);

 private:
  using Clock = std::chrono::steady_clock;
  struct Leader {
    Clock::time_point answered_at;
    Clock::time_point ask_at;  // not before; a silent one is asked less often
    std::size_t turn = 0;      // which of its partitions is asked next
  };

  void run();
  void pause();
  void ask_for_topics();
  void take_in(const std::vector<TopicFound>& topics);
  void ask_leaders();
  std::optional<PartitionFound> next_of(std::int32_t leader);
  bool ask(PartitionFound partition);
  void answered(const PartitionFound& partition, bool is_whole);
  void failed(const PartitionFound& partition, const std::string& why);
  void settle_health();

  // Fixed after construction.
  KafkaClient& client_;
  const std::vector<std::string> topics_;
  const KafkaSettings::Start start_;
  const std::function<void()> on_change_;

  // The watch's thread only.
  Clock::time_point topics_at_;  // when to ask for topics next
  std::map<std::int32_t, Leader> leaders_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool is_stopping_ = false;  // the rest under mutex_
  FoundPartitions partitions_;
  std::string fault_;          // of the last question that failed
  bool has_answered_ = false;  // any question at all
  ClusterHealth health_;

  std::thread thread_;
};

}  // namespace deskd::connectors
