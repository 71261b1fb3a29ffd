#pragma once
// A cluster inside the test's own process, and a source that reads from it. It knows no retention
// and no crashes: tests/e2e/kafka_source_test.py has a real one.

#include <doctest/doctest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <string>
#include <thread>

#include "connectors/kafka/kafka_source.h"
#include "tests/support/decode.h"

namespace deskd::tests {

using namespace deskd::connectors;

/// A producer with a mock cluster of one broker.
class MockCluster {
 public:
  MockCluster() {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    std::array<char, 256> why{};
    rd_kafka_conf_set(conf, "test.mock.num.brokers", "1", why.data(), why.size());
    producer_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why.data(), why.size());
    REQUIRE_MESSAGE(producer_ != nullptr, why.data());
    cluster_ = rd_kafka_handle_mock_cluster(producer_);
    REQUIRE(cluster_ != nullptr);
  }
  ~MockCluster() { rd_kafka_destroy(producer_); }
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;

  std::string brokers() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
  void topic(const char* name, int partitions) {
    REQUIRE(rd_kafka_mock_topic_create(cluster_, name, partitions, 1) ==
            RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  void down() { rd_kafka_mock_broker_set_down(cluster_, 1); }
  void up() { rd_kafka_mock_broker_set_up(cluster_, 1); }

  /// Returns when all are acknowledged.
  void produce(const char* topic, int partition, int first, int count) {
    for (int i = first; i < first + count; ++i) {
      send(topic, partition, "{\"resource\":\"edge-" + std::to_string(i) + "\"}");
    }
    flush();
  }
  /// So many alerts in one message.
  void produce_list(const char* topic, int partition, int first, int count) {
    std::string value;
    for (int i = first; i < first + count; ++i) {
      value += (i == first ? "[" : ",") + ("{\"resource\":\"edge-" + std::to_string(i) + "\"}");
    }
    send(topic, partition, value + "]");
  }
  void send(const char* topic, int partition, const std::string& value) {
    const auto error = rd_kafka_producev(
        producer_, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()), RD_KAFKA_V_END);
    REQUIRE(error == RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  void flush() { REQUIRE(rd_kafka_flush(producer_, 20'000) == RD_KAFKA_RESP_ERR_NO_ERROR); }

 private:
  rd_kafka_t* producer_ = nullptr;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

/// Waits for what other threads do; fails the test when it does not come.
template <typename Condition>
void wait_for(const char* what, Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  while (!condition()) {
    REQUIRE_MESSAGE(std::chrono::steady_clock::now() < deadline, what);
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
}

/// A source with its surroundings; what it offers waits until the test takes it.
struct SourceDesk {
  explicit SourceDesk(KafkaSettings settings, StoredPositions before = {})
      : setup(made(std::move(settings))),
        source({.source = "bus",
                .setup =
                    [this] {
                      const std::lock_guard lock(mutex);
                      return setup;
                    },
                .accounts = accounts,
                .inbox = inbox,
                .clock =
                    [this] {
                      return std::chrono::time_point_cast<rules::Duration>(
                                 std::chrono::system_clock::now()) +
                             slept.load();
                    },
                .stored = std::move(before),
                .on_log = {}}) {
    inbox.set_lane("bus", limits::lane_bytes_default);
    source.start();
  }
  ~SourceDesk() { source.stop(); }

  static std::shared_ptr<const Judging> made(KafkaSettings settings) {
    config::Problems problems;
    auto judging = std::make_shared<Judging>();
    judging->rules = rules::RuleSet::compile({}, {}, problems);
    Source& its = judging->sources.emplace_back();
    its.name = "bus";
    its.kind = SourceKind::kafka;
    its.reader = make_format("generic", "", SourceKind::kafka);
    its.kafka = std::make_shared<const KafkaSettings>(std::move(settings));
    return judging;
  }

  void adopt(KafkaSettings settings) {
    auto next = made(std::move(settings));
    {
      const std::lock_guard lock(mutex);
      setup = next;
    }
    source.adopt(next);
  }

  /// Takes what waits, as the core would; returns how many alerts have come in all.
  std::size_t settle(Settlement::Kind kind = Settlement::Kind::durable) {
    for (const auto& batch : inbox.take(limits::turn_bytes_max)) {
      const auto its = batch->must_be_turned_away() ? Settlement::Kind::full : kind;
      rules::OutcomeCounts outcomes;
      outcomes[rules::Outcome::raised] = batch->alerts.size();
      if (its == Settlement::Kind::durable) {
        most_alerts = std::max(most_alerts, batch->alerts.size());
        for (const rules::Alert& alert : batch->alerts) resources.emplace_back(alert.resource);
        for (const KafkaPosition& one : batch->positions) keep(one);
        watermark = batch->watermark;
      }
      accounts.settled("bus", outcomes);
      batch->receipt.settle({its, 0, {}});
    }
    return resources.size();
  }

  void keep(const KafkaPosition& position) {
    for (KafkaPosition& one : stored.partitions) {
      if (one.topic != position.topic || one.partition != position.partition) continue;
      one = position;
      return;
    }
    stored.partitions.push_back(position);
  }

  bool is_in(std::string_view state) const { return source.view().state == state; }

  std::atomic<rules::Duration> slept = rules::Duration{0};  // while the steady clock stood still
  std::mutex mutex;
  std::shared_ptr<const Judging> setup;  // under mutex
  std::vector<std::string> resources;
  std::size_t most_alerts = 0;  // in one batch
  StoredPositions stored;
  rules::Time watermark;
  Accounts accounts;
  Inbox inbox{nullptr};
  KafkaSource source;
};

inline KafkaSettings settings(std::string brokers, std::vector<std::string> topics) {
  KafkaSettings made;
  made.brokers = std::move(brokers);
  made.topics = std::move(topics);
  made.start.from = KafkaSettings::Start::From::beginning;
  return made;
}

}  // namespace deskd::tests
