// Reads a topic from its beginning and counts: the fastest that librdkafka can do, by its batch
// call, and what deskd's reading is measured against. The result is a line of JSON.
//
//   kafka_count --brokers 127.0.0.1:9092 --topic alerts --partitions 4 --messages 2000000

#include <librdkafka/rdkafka.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "tests/bench/load/report.h"

namespace {

using namespace deskd::bench;

constexpr auto patience = std::chrono::seconds{30};  // without a message

struct Options {
  std::string brokers, topic;
  std::uint64_t messages = 0;
  int partitions = 4;
};

class Consumer {
 public:
  explicit Consumer(const Options& options) : options_(options) {
    rd_kafka_conf_t* const conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", options.brokers);
    set(conf, "enable.auto.commit", "false");
    set(conf, "socket.nagle.disable", "true");
    // Of these two the smaller bounds the queue; full, it makes librdkafka 2.0 rest for a second.
    set(conf, "queued.min.messages", "10000000");
    set(conf, "queued.max.messages.kbytes", "65536");
    std::array<char, 512> why{};
    kafka_ = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why.data(), why.size());
    if (kafka_ == nullptr) throw std::runtime_error(why.data());
    topic_ = rd_kafka_topic_new(kafka_, options.topic.c_str(), nullptr);
    queue_ = rd_kafka_queue_new(kafka_);
  }
  ~Consumer() {
    for (int i = 0; i < options_.partitions; ++i) rd_kafka_consume_stop(topic_, i);
    rd_kafka_queue_destroy(queue_);
    rd_kafka_topic_destroy(topic_);
    rd_kafka_destroy(kafka_);
  }
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  void count() {
    const auto asked = Clock::now();
    for (int i = 0; i < options_.partitions; ++i) {
      rd_kafka_consume_start_queue(topic_, i, RD_KAFKA_OFFSET_BEGINNING, queue_);
    }
    std::uint64_t seen = 0;
    while (seen == 0) {
      seen = take();
      if (Clock::now() > asked + patience) throw std::runtime_error("no message came");
    }
    const auto first = Clock::now();
    const double cpu = cpu_seconds();
    const std::uint64_t before = seen;
    auto last = first;
    while (seen < options_.messages) {
      if (const std::uint64_t more = take(); more > 0) {
        seen += more;
        last = Clock::now();
      } else if (Clock::now() > last + patience) {
        throw std::runtime_error(fmt::format("only {} messages came", seen));
      }
    }
    const double own = cpu_seconds() - cpu;
    const auto counted = static_cast<double>(seen - before);
    Report()
        .count("messages", seen)
        .number("messages_per_second", counted / seconds(last - first))
        .number("cpu_us_per_message", own * 1e6 / counted)
        .number("first_message_after_s", seconds(first - asked))
        .number("cores", own / seconds(last - first))
        .text("librdkafka", rd_kafka_version_str())
        .print();
  }

 private:
  static void set(rd_kafka_conf_t* conf, const char* name, const std::string& value) {
    std::array<char, 512> why{};
    if (rd_kafka_conf_set(conf, name, value.c_str(), why.data(), why.size()) != RD_KAFKA_CONF_OK) {
      throw std::runtime_error(why.data());
    }
  }

  /// The next messages of any partition: up to 1,000, within a tenth of a second.
  std::uint64_t take() {
    std::array<rd_kafka_message_t*, 1000> messages{};
    const auto got = rd_kafka_consume_batch_queue(queue_, 100, messages.data(), messages.size());
    std::uint64_t good = 0;
    for (std::ptrdiff_t i = 0; i < got; ++i) {
      rd_kafka_message_t* const message = messages[static_cast<std::size_t>(i)];
      if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) ++good;
      rd_kafka_message_destroy(message);
    }
    return good;
  }

  const Options options_;
  rd_kafka_t* kafka_ = nullptr;
  rd_kafka_topic_t* topic_ = nullptr;
  rd_kafka_queue_t* queue_ = nullptr;
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App cli{"Reads a topic of Kafka and counts.", "kafka_count"};
  Options options;
  cli.add_option("--brokers", options.brokers, "HOST:PORT")->required();
  cli.add_option("--topic", options.topic, "to read from its beginning")->required();
  cli.add_option("--partitions", options.partitions, "that the topic has")->capture_default_str();
  cli.add_option("--messages", options.messages, "that are in it")->required();
  CLI11_PARSE(cli, argc, argv);
  try {
    Consumer(options).count();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "kafka_count: %s\n", error.what());
    return 1;
  }
}
