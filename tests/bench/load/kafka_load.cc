// Fills a topic with alerts: one a message, as fast as the broker takes them.
//
//   kafka_load --brokers 127.0.0.1:9092 --topic alerts --partitions 4 --messages 2000000

#include <librdkafka/rdkafka.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "tests/bench/load/alert_corpus.h"
#include "tests/bench/load/report.h"

namespace {

using namespace deskd::bench;

struct Options {
  std::string brokers, topic;
  std::uint64_t messages = 2'000'000;
  std::uint64_t distinct = 1000;
  int partitions = 4;
  std::string codec = "lz4";
};

/// Counts what the broker did not take; librdkafka calls it from `rd_kafka_poll`.
void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* failed) {
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) ++*static_cast<std::uint64_t*>(failed);
}

class Producer {
 public:
  explicit Producer(const Options& options) : options_(options) {
    rd_kafka_conf_t* const conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", options.brokers);
    set(conf, "compression.codec", options.codec);
    set(conf, "linger.ms", "20");
    set(conf, "enable.idempotence", "true");  // each message once, and in order
    set(conf, "queue.buffering.max.messages", "200000");
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_conf_set_opaque(conf, &failed_);
    std::array<char, 512> why{};
    kafka_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why.data(), why.size());
    if (kafka_ == nullptr) throw std::runtime_error(why.data());
    topic_ = rd_kafka_topic_new(kafka_, options.topic.c_str(), nullptr);
  }
  ~Producer() {
    rd_kafka_topic_destroy(topic_);
    rd_kafka_destroy(kafka_);
  }
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  void fill() {
    const auto values = make_values();
    for (std::uint64_t n = 0; n < options_.messages; ++n) {
      // What is said of one thing stands in one partition, in its order.
      produce(values[n % values.size()], static_cast<int>(n % values.size()) % options_.partitions);
      if (n % 1024 == 0) rd_kafka_poll(kafka_, 0);
    }
    constexpr int patience_ms = 120'000;
    if (rd_kafka_flush(kafka_, patience_ms) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      throw std::runtime_error("the broker did not take all in two minutes");
    }
    if (failed_ > 0) throw std::runtime_error(fmt::format("{} messages not taken", failed_));
  }

 private:
  static void set(rd_kafka_conf_t* conf, const char* name, const std::string& value) {
    std::array<char, 512> why{};
    if (rd_kafka_conf_set(conf, name, value.c_str(), why.data(), why.size()) != RD_KAFKA_CONF_OK) {
      throw std::runtime_error(why.data());
    }
  }

  std::vector<std::string> make_values() const {
    const AlertCorpus corpus(wall_time());
    std::vector<std::string> values(options_.distinct);
    for (std::size_t n = 0; n < values.size(); ++n) corpus.append(values[n], n);
    return values;
  }

  void produce(const std::string& value, int partition) {
    // The library copies, so what it is given is only read.
    while (rd_kafka_produce(topic_, partition, RD_KAFKA_MSG_F_COPY, const_cast<char*>(value.data()),
                            value.size(), nullptr, 0, nullptr) != 0) {
      if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        throw std::runtime_error(rd_kafka_err2str(rd_kafka_last_error()));
      }
      rd_kafka_poll(kafka_, 10);
    }
  }

  const Options options_;
  rd_kafka_t* kafka_ = nullptr;
  rd_kafka_topic_t* topic_ = nullptr;
  std::uint64_t failed_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App cli{"Fills a topic of Kafka with alerts.", "kafka_load"};
  Options options;
  cli.add_option("--brokers", options.brokers, "HOST:PORT")->required();
  cli.add_option("--topic", options.topic, "must exist")->required();
  cli.add_option("--messages", options.messages, "how many")->capture_default_str();
  cli.add_option("--distinct", options.distinct, "different alerts")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
  cli.add_option("--partitions", options.partitions, "that the topic has")->capture_default_str();
  cli.add_option("--codec", options.codec, "none, lz4, zstd, snappy or gzip")
      ->capture_default_str();
  CLI11_PARSE(cli, argc, argv);
  try {
    Producer producer(options);
    const auto began = Clock::now();
    producer.fill();
    const double took = seconds(Clock::now() - began);
    Report()
        .count("messages", options.messages)
        .number("messages_per_second", static_cast<double>(options.messages) / took)
        .print();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "kafka_load: %s\n", error.what());
    return 1;
  }
}
