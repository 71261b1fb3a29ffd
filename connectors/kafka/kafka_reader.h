#pragma once
// The thread of a Kafka source: follows the cluster and the setup, reads records, sends batches.

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <memory_resource>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "connectors/kafka/cluster_watch.h"
#include "connectors/kafka/damage_search.h"
#include "connectors/kafka/kafka_source.h"
#include "connectors/kafka/offering.h"
#include "connectors/kafka/record_batch.h"

namespace deskd::connectors {

/// All but `view` belongs to the thread that calls `run`.
class KafkaReader {
 public:
  KafkaReader(KafkaParts parts, Wakeup& wakeup, const std::atomic<bool>& is_stopping);

  /// Returns soon after `is_stopping`.
  void run();
  /// As of a moment ago. Any thread.
  KafkaView view() const;

 private:
  using Clock = std::chrono::steady_clock;

  /// A client with what hangs on it; the last member goes first.
  struct Link {
    std::unique_ptr<KafkaClient> client;
    Messages messages;
    std::unique_ptr<ClusterWatch> watch;
  };

  // Following what changes around it.
  void follow_setup();
  void follow_clocks();
  /// False: something was lost, and it is not known yet from where to read again.
  bool follow_losses();
  void connect();
  void disconnect();
  void follow_cluster();
  void take_fault(std::string why);
  void forget_old_fault();
  void follow(const PartitionFound& found);
  /// Those that came while messages waited.
  void begin_late();
  void begin(PartitionProgress& its, const PartitionFound& found);
  void resume_after_gap(PartitionProgress& its, const PartitionEnds& ends);

  // Reading. True: there may be more at once.
  bool read();
  void send_some();
  bool gather(const rd_kafka_message_t& message);
  std::size_t leave(const std::vector<std::size_t>& left);
  void take_fault(const rd_kafka_message_t& message);
  void take_damage(PartitionProgress& its, std::int64_t base);
  bool is_behind_damage(PartitionProgress& its);
  void pass_over(PartitionProgress& its, const DamageSearch& search);
  void start_elsewhere(PartitionProgress& its);
  std::span<const KafkaHeader> headers_of(const rd_kafka_message_t& message);
  PartitionProgress& progress_of(const rd_kafka_message_t& message);
  void refresh_ends();
  void send(std::unique_ptr<Batch> batch);
  void send_time();

  RecordBatchPlan plan() const;
  void show();
  std::string state() const;
  void tell(const KafkaView& view);

  // Fixed after construction.
  KafkaParts parts_;
  Wakeup& wakeup_;
  const std::atomic<bool>& is_stopping_;

  std::shared_ptr<const Judging> setup_;
  const Source* source_ = nullptr;  // of setup_; null: there was none yet
  std::shared_ptr<const KafkaSettings> settings_;
  std::unique_ptr<Link> link_;
  Clock::time_point connect_at_;
  std::map<PartitionProgress*, PartitionFound> late_;  // may begin when no message waits
  ClusterHealth health_;
  Progress progress_;
  Offering offering_;
  std::optional<rules::Time> sent_watermark_;
  Clock::time_point sent_at_;
  std::optional<rules::Duration> clocks_apart_;  // wall and steady clock, as of a moment ago
  std::map<const PartitionProgress*, DamageSearch> searches_;  // of partitions that can't be read

  // Of one batch; the memory is used again, but for more headers than the buffer has room for.
  std::vector<Record> records_;
  std::vector<std::size_t> places_;  // of each among the messages that wait
  std::size_t record_bytes_ = 0;
  std::array<std::byte, 64 * 1024> header_buffer_;
  std::pmr::monotonic_buffer_resource header_memory_{header_buffer_.data(), header_buffer_.size()};
  const rd_kafka_topic_t* last_topic_ = nullptr;  // whose progress is last_
  PartitionProgress* last_ = nullptr;

  std::string fault_;  // the last that librdkafka or a partition told, until it is over
  Clock::time_point fault_at_;
  std::string no_client_;  // why there can't be one; empty: there can
  bool is_away_ = false;   // brokers fell silent, and none has answered since
  KafkaCounts counts_;
  std::string told_state_;  // in the log

  mutable std::mutex mutex_;
  KafkaView view_;  // under mutex_
  Clock::time_point shown_at_;
};

}  // namespace deskd::connectors
