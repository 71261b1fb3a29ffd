#pragma once
// A connection to one Kafka cluster: librdkafka's client behind the few calls that deskd makes.

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/kafka/kafka_settings.h"
#include "connectors/kafka/messages.h"

namespace deskd::connectors {

enum class KafkaLogLevel : std::uint8_t { info, warning, error };

/// What the client tells. Called on the library's threads, `on_fault` on the one that calls
/// `serve`; none may call back or take long.
struct KafkaListeners {
  std::function<void()> on_records;  // something waits again where nothing did
  std::function<void(KafkaLogLevel, std::string_view text)> on_log;
  std::function<void(std::string_view why)> on_fault;  // a broker is away, refuses the login …
};

/// A topic as the cluster describes it.
struct TopicFound {
  std::string name;
  std::string fault;                  // why it can't be read; empty: it can
  bool is_missing = false;            // the cluster has no such topic
  std::vector<std::int32_t> leaders;  // of each partition, by number; -1: it has none now
};

/// As a broker's answer describes it; a partition with an impossible number is left out.
TopicFound topic_found(const rd_kafka_metadata_topic& topic);

struct PartitionEnds {
  std::int64_t low = 0;   // the first offset that can be read
  std::int64_t high = 0;  // the one that the next record will get
};

/// `start`, `stop`, `take` and `serve` are the reader's; `topics`, `ends` and `offset_at` ask the
/// cluster, wait for its answer, and may be called by another thread at the same time. It keeps no
/// positions and belongs to no consumer group.
class KafkaClient {
 public:
  using Patience = std::chrono::milliseconds;
  template <typename T>
  using Answer = std::expected<T, std::string>;

  static Answer<std::unique_ptr<KafkaClient>> open(const KafkaSettings& settings,
                                                   KafkaListeners listeners);
  /// Stops all partitions. No message of it may be kept any longer.
  ~KafkaClient();
  KafkaClient(const KafkaClient&) = delete;
  KafkaClient& operator=(const KafkaClient&) = delete;

  Answer<void> start(const std::string& topic, std::int32_t partition, std::int64_t offset);
  void stop(const std::string& topic, std::int32_t partition);
  /// Takes what has come; does not wait.
  void take(Messages& messages, std::size_t messages_max) { messages.take(queue_, messages_max); }
  /// Lets the client tell its faults. To be called now and then.
  void serve() { rd_kafka_poll(client_, 0); }

  Answer<std::vector<TopicFound>> topics(Patience patience);
  Answer<PartitionEnds> ends(const std::string& topic, std::int32_t partition, Patience patience);
  /// `ends().high` alone, by one question rather than two.
  Answer<std::int64_t> end(const std::string& topic, std::int32_t partition, Patience patience);
  /// The first record that is not older than `time`; nothing when there is none yet.
  Answer<std::optional<std::int64_t>> offset_at(const std::string& topic, std::int32_t partition,
                                                std::chrono::milliseconds time, Patience patience);
  /// The end of a partition as of the last fetch; nothing before the first. Costs no request.
  std::optional<std::int64_t> fetched_end(const std::string& topic, std::int32_t partition) const;

 private:
  explicit KafkaClient(KafkaListeners listeners) : listeners_(std::move(listeners)) {}
  Answer<void> connect(const KafkaSettings& settings);
  /// `time` in milliseconds, or what ListOffsets takes in its place.
  Answer<std::int64_t> list_offset(const std::string& topic, std::int32_t partition,
                                   std::int64_t time, Patience patience);

  // Fixed after construction.
  KafkaListeners listeners_;
  rd_kafka_t* client_ = nullptr;
  rd_kafka_queue_t* queue_ = nullptr;  // all partitions' records come here
  std::map<std::string, rd_kafka_topic_t*> topics_;

  std::vector<std::pair<rd_kafka_topic_t*, std::int32_t>> started_;  // the reader's thread only
};

}  // namespace deskd::connectors
