#include "connectors/kafka/kafka_client.h"

#include <syslog.h>

#include <algorithm>
#include <array>
#include <utility>

#include "config/limits.h"
#include "connectors/kafka/kafka_conf.h"

namespace deskd::connectors {
namespace {

std::unexpected<std::string> failed(rd_kafka_resp_err_t error) {
  return std::unexpected(std::string(rd_kafka_err2str(error)));
}

int milliseconds(KafkaClient::Patience patience) { return static_cast<int>(patience.count()); }

const KafkaListeners& listeners_of(const rd_kafka_t* client) {
  return *static_cast<const KafkaListeners*>(rd_kafka_opaque(client));
}

void tell_log(const rd_kafka_t* client, int level, const char* facility, const char* text) {
  const auto& on_log = listeners_of(client).on_log;
  // That a broker is away is told once, as the source's state.
  if (!on_log || std::string_view(facility) == "FAIL") return;
  const auto ours = level <= LOG_ERR       ? KafkaLogLevel::error
                    : level <= LOG_WARNING ? KafkaLogLevel::warning
                                           : KafkaLogLevel::info;
  on_log(ours, std::string(facility) + ": " + text);
}

void tell_fault(rd_kafka_t*, int, const char* reason, void* opaque) {
  const auto& on_fault = static_cast<const KafkaListeners*>(opaque)->on_fault;
  if (on_fault) on_fault(reason);
}

void tell_records(rd_kafka_t*, void* opaque) {
  const auto& on_records = static_cast<const KafkaListeners*>(opaque)->on_records;
  if (on_records) on_records();
}

struct ListDeleter {
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
};

}  // namespace

TopicFound topic_found(const rd_kafka_metadata_topic& topic) {
  TopicFound told{.name = topic.topic,
                  .fault = "",
                  .is_missing = topic.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
                  .leaders = {}};
  if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR) told.fault = rd_kafka_err2str(topic.err);
  for (int i = 0; i < topic.partition_cnt; ++i) {
    const rd_kafka_metadata_partition& partition = topic.partitions[i];
    if (partition.id < 0 || partition.id >= limits::kafka_partitions_max) continue;
    const auto number = static_cast<std::size_t>(partition.id);
    if (told.leaders.size() <= number) told.leaders.resize(number + 1, -1);
    told.leaders[number] = partition.leader;
  }
  return told;
}

KafkaClient::Answer<std::unique_ptr<KafkaClient>> KafkaClient::open(const KafkaSettings& settings,
                                                                    KafkaListeners listeners) {
  std::unique_ptr<KafkaClient> client(new KafkaClient(std::move(listeners)));
  if (auto connected = client->connect(settings); !connected) {
    return std::unexpected(std::move(connected.error()));
  }
  return client;
}

KafkaClient::Answer<void> KafkaClient::connect(const KafkaSettings& settings) {
  auto conf = make_kafka_conf(settings);
  if (!conf) return std::unexpected(std::move(conf.error()));
  rd_kafka_conf_set_opaque(conf->get(), &listeners_);
  rd_kafka_conf_set_log_cb(conf->get(), tell_log);
  rd_kafka_conf_set_error_cb(conf->get(), tell_fault);
  std::array<char, 512> why{};
  client_ = rd_kafka_new(RD_KAFKA_CONSUMER, conf->get(), why.data(), why.size());
  if (client_ == nullptr) return std::unexpected(std::string(why.data()));
  static_cast<void>(conf->release());  // the client has it now
  queue_ = rd_kafka_queue_new(client_);
  rd_kafka_queue_cb_event_enable(queue_, tell_records, &listeners_);
  for (const std::string& name : settings.topics) {
    rd_kafka_topic_t* topic = rd_kafka_topic_new(client_, name.c_str(), nullptr);
    if (topic == nullptr) return failed(rd_kafka_last_error());
    topics_.emplace(name, topic);
  }
  return {};
}

KafkaClient::~KafkaClient() {
  if (client_ == nullptr) return;
  for (const auto& [topic, partition] : started_) rd_kafka_consume_stop(topic, partition);
  for (const auto& [name, topic] : topics_) rd_kafka_topic_destroy(topic);
  if (queue_ != nullptr) {
    rd_kafka_queue_cb_event_enable(queue_, nullptr, nullptr);
    rd_kafka_queue_destroy(queue_);
  }
  rd_kafka_destroy_flags(client_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

KafkaClient::Answer<void> KafkaClient::start(const std::string& topic, std::int32_t partition,
                                             std::int64_t offset) {
  rd_kafka_topic_t* const its = topics_.at(topic);
  if (rd_kafka_consume_start_queue(its, partition, offset, queue_) != 0) {
    return failed(rd_kafka_last_error());
  }
  started_.emplace_back(its, partition);
  return {};
}

void KafkaClient::stop(const std::string& topic, std::int32_t partition) {
  const auto its = std::ranges::find(started_, std::pair(topics_.at(topic), partition));
  if (its == started_.end()) return;
  rd_kafka_consume_stop(its->first, its->second);
  started_.erase(its);
}

KafkaClient::Answer<std::vector<TopicFound>> KafkaClient::topics(Patience patience) {
  const rd_kafka_metadata_t* metadata = nullptr;
  constexpr int only_those_of_the_client = 0;
  const auto error = rd_kafka_metadata(client_, only_those_of_the_client, nullptr, &metadata,
                                       milliseconds(patience));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(error);
  std::vector<TopicFound> all;
  for (int i = 0; i < metadata->topic_cnt; ++i) all.push_back(topic_found(metadata->topics[i]));
  rd_kafka_metadata_destroy(metadata);
  return all;
}

// rd_kafka_query_watermark_offsets waits for a silent broker as long as its socket does, whatever
// patience it is given; this call keeps to it, and its request takes the same two words for ends.
KafkaClient::Answer<std::int64_t> KafkaClient::list_offset(const std::string& topic,
                                                           std::int32_t partition,
                                                           std::int64_t time, Patience patience) {
  const std::unique_ptr<rd_kafka_topic_partition_list_t, ListDeleter> list(
      rd_kafka_topic_partition_list_new(1));
  auto* asked = rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition);
  asked->offset = time;
  const auto error = rd_kafka_offsets_for_times(client_, list.get(), milliseconds(patience));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(error);
  if (asked->err != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(asked->err);
  return asked->offset;
}

KafkaClient::Answer<std::int64_t> KafkaClient::end(const std::string& topic, std::int32_t partition,
                                                   Patience patience) {
  return list_offset(topic, partition, RD_KAFKA_OFFSET_END, patience);
}

KafkaClient::Answer<PartitionEnds> KafkaClient::ends(const std::string& topic,
                                                     std::int32_t partition, Patience patience) {
  const auto low = list_offset(topic, partition, RD_KAFKA_OFFSET_BEGINNING, patience);
  if (!low) return std::unexpected(low.error());
  const auto high = end(topic, partition, patience);
  if (!high) return std::unexpected(high.error());
  return PartitionEnds{*low, *high};
}

KafkaClient::Answer<std::optional<std::int64_t>> KafkaClient::offset_at(
    const std::string& topic, std::int32_t partition, std::chrono::milliseconds time,
    Patience patience) {
  const auto offset = list_offset(topic, partition, time.count(), patience);
  if (!offset) return std::unexpected(offset.error());
  if (*offset < 0) return std::nullopt;
  return *offset;
}

std::optional<std::int64_t> KafkaClient::fetched_end(const std::string& topic,
                                                     std::int32_t partition) const {
  std::int64_t low = 0;
  std::int64_t high = RD_KAFKA_OFFSET_INVALID;
  const auto error = rd_kafka_get_watermark_offsets(client_, topic.c_str(), partition, &low, &high);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR || high < 0) return std::nullopt;
  return high;
}

}  // namespace deskd::connectors
