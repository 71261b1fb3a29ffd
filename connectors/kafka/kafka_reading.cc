#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "config/limits.h"
#include "connectors/format/format.h"
#include "connectors/kafka/kafka_reader.h"

namespace deskd::connectors {
namespace {

rules::Time time_of(const rd_kafka_message_t& message) {
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const std::int64_t at = rd_kafka_message_timestamp(&message, &type);
  // What nanoseconds can't hold is no time of an alert.
  constexpr std::int64_t latest =
      rules::Time::max().time_since_epoch() / std::chrono::milliseconds{1};
  if (type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE || at <= 0 || at > latest) return {};
  return rules::Time{std::chrono::milliseconds{at}};
}

std::string_view text(const void* data, std::size_t size) {
  return {static_cast<const char*>(data), data == nullptr ? 0 : size};
}

}  // namespace

bool KafkaReader::read() {
  if (link_ == nullptr || !offering_.offer_again()) return false;
  Messages& messages = link_->messages;
  if (messages.empty()) link_->client->take(messages, limits::kafka_batch_records);
  const bool has_read = !messages.empty();
  while (!messages.empty() && !offering_.is_holding()) send_some();
  if (!offering_.is_holding()) send_time();
  return has_read && !offering_.is_holding();
}

void KafkaReader::send_some() {
  Messages& messages = link_->messages;
  records_.clear();
  places_.clear();
  record_bytes_ = 0;
  std::size_t done = 0;
  for (const rd_kafka_message_t* message : messages.waiting()) {
    if (!gather(*message)) break;
    places_.resize(records_.size(), done++);
  }
  if (!records_.empty()) {
    std::vector<std::size_t> left;
    RecordBatchPlan all = plan();
    all.headers_of = [&](std::size_t n) { return headers_of(*messages.waiting()[places_[n]]); };
    all.left = &left;
    auto batch = make_record_batch(records_, all);
    counts_.dead_letters += batch->dead_letters.size();
    if (!left.empty()) done = leave(left);
    send(std::move(batch));
  }
  messages.release(done);
  header_memory_.release();
}

/// What a full batch has no room for is read again, with what came behind it and is done: of that
/// the progress knows. Returns how many messages are done before.
std::size_t KafkaReader::leave(const std::vector<std::size_t>& left) {
  for (const std::size_t n : left) {
    const KafkaEnvelope& envelope = records_[n].envelope;
    PartitionProgress& its = progress_.at(envelope.topic, envelope.partition);
    Progress::move(its, std::min(its.next, envelope.offset));
    if (rules::is_known(envelope.timestamp)) {
      its.record_at = std::min(its.record_at, envelope.timestamp);
    }
  }
  for (const Record& record : records_) {
    const KafkaEnvelope& envelope = record.envelope;
    if (envelope.offset < progress_.at(envelope.topic, envelope.partition).next) continue;
    --counts_.records;
    if (record.is_null) --counts_.nulls;
  }
  return places_[std::ranges::min(left)];
}

/// False: it is for the next batch.
bool KafkaReader::gather(const rd_kafka_message_t& message) {
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    // A fault may mean to read elsewhere: not while something before it may be left.
    if (message.err != RD_KAFKA_RESP_ERR__PARTITION_EOF && !records_.empty()) return false;
    take_fault(message);
    return true;
  }
  PartitionProgress& its = progress_of(message);
  if (!its.is_reading || message.offset < its.next || !is_behind_damage(its)) return true;
  if (!records_.empty() && record_bytes_ + message.len > limits::kafka_batch_bytes) return false;
  record_bytes_ += message.len;
  Record& record = records_.emplace_back();
  record.envelope = {.topic = its.topic,
                     .partition = its.partition,
                     .offset = message.offset,
                     .timestamp = time_of(message),
                     .key = text(message.key, message.key_len),
                     .headers = {}};
  if (source_->reader->reads_envelope()) record.envelope.headers = headers_of(message);
  record.value = text(message.payload, message.len);
  record.is_null = message.payload == nullptr;
  ++counts_.records;
  if (record.is_null) ++counts_.nulls;
  Progress::move(its, message.offset + 1);
  const rules::Time at = record.envelope.timestamp;
  its.record_at = rules::is_known(at) ? at : parts_.clock();
  return true;
}

void KafkaReader::take_fault(const rd_kafka_message_t& message) {
  if (message.rkt == nullptr) return;
  PartitionProgress& its = progress_of(message);
  if (!its.is_reading) return;
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    if (!is_behind_damage(its)) return;
    // Marks of transactions have offsets, and nothing else tells that they are read.
    if (message.offset > its.next) Progress::move(its, message.offset);
    its.end = message.offset;
    return;
  }
  take_fault(fmt::format("{}[{}]@{}: {}", its.topic, its.partition, its.next,
                         text(message.payload, message.len)));
  if (message.err == RD_KAFKA_RESP_ERR__BAD_COMPRESSION) return take_damage(its, message.offset);
  if (message.err != RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) return;
  its.is_out_of_range = true;
  start_elsewhere(its);
}

/// It is started again as soon as its end is known anew.
void KafkaReader::start_elsewhere(PartitionProgress& its) {
  link_->client->stop(its.topic, its.partition);
  its.is_reading = false;
  link_->watch->ask_again(its.topic, its.partition);
}

void KafkaReader::take_damage(PartitionProgress& its, std::int64_t base) {
  const auto [at, is_new] = searches_.try_emplace(&its, its.next, base);
  DamageSearch& search = at->second;
  if (!is_new) search.came_damaged(base);
  if (search.is_over()) {  // the next damage follows at once
    pass_over(its, search);
    search = DamageSearch(its.next, base);
  }
  start_elsewhere(its);
}

/// True where there is no damage. Else something readable has come: false when that is not the
/// first behind it, which is then sought on.
bool KafkaReader::is_behind_damage(PartitionProgress& its) {
  if (searches_.empty()) return true;
  const auto at = searches_.find(&its);
  if (at == searches_.end()) return true;
  at->second.came_readable();
  if (!at->second.is_over()) {
    start_elsewhere(its);
    return false;
  }
  pass_over(its, at->second);
  searches_.erase(at);
  return true;
}

void KafkaReader::pass_over(PartitionProgress& its, const DamageSearch& search) {
  fault_.clear();
  if (search.readable_at() == its.next) return;  // it was damaged on its way only
  progress_.pass_over(its, {.topic = its.topic,
                            .partition = its.partition,
                            .expected = its.next,
                            .resumed = search.readable_at(),
                            .lost = search.lost(),
                            .is_damaged = true});
}

std::span<const KafkaHeader> KafkaReader::headers_of(const rd_kafka_message_t& message) {
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  const std::size_t count = std::min(rd_kafka_header_cnt(headers), limits::kafka_headers_max);
  auto* all = static_cast<KafkaHeader*>(
      header_memory_.allocate(count * sizeof(KafkaHeader), alignof(KafkaHeader)));
  for (std::size_t i = 0; i < count; ++i) {
    const char* name = "";
    const void* value = nullptr;
    std::size_t size = 0;
    rd_kafka_header_get_all(headers, i, &name, &value, &size);
    std::construct_at(all + i, KafkaHeader{name, text(value, size)});
  }
  return {all, count};
}

PartitionProgress& KafkaReader::progress_of(const rd_kafka_message_t& message) {
  if (message.rkt == last_topic_ && last_ != nullptr && last_->partition == message.partition) {
    return *last_;
  }
  last_topic_ = message.rkt;
  last_ = &progress_.at(rd_kafka_topic_name(message.rkt), message.partition);
  return *last_;
}

void KafkaReader::refresh_ends() {
  for (PartitionProgress& its : progress_.partitions()) {
    if (!its.is_dirty || !its.is_reading) continue;
    if (const auto end = link_->client->fetched_end(its.topic, its.partition)) {
      its.end = std::max(its.end, *end);
    }
  }
}

/// With all that moved since the last one.
void KafkaReader::send(std::unique_ptr<Batch> batch) {
  refresh_ends();
  auto before = progress_.before();
  batch->positions = progress_.take_moved();
  batch->gaps = progress_.take_gaps();
  batch->watermark =
      progress_.watermark(batch->received_at, health_.state == ClusterHealth::State::answers);
  sent_watermark_ = batch->watermark;
  sent_at_ = Clock::now();
  offering_.offer(std::move(batch), std::move(before));
}

/// What records don't say: partitions that begin, ends that are reached, a cluster that is silent.
/// That it is live is said again and again, as the word holds for limits::live_word_holds only.
void KafkaReader::send_time() {
  const auto watermark =
      progress_.watermark(parts_.clock(), health_.state == ClusterHealth::State::answers);
  const bool has_moved = std::ranges::any_of(progress_.partitions(), &PartitionProgress::is_dirty);
  const bool is_aged =
      !rules::is_known(watermark) && Clock::now() - sent_at_ >= limits::kafka_time_told_every;
  if (has_moved || is_aged || sent_watermark_ != watermark) send(make_empty_batch(plan()));
}

}  // namespace deskd::connectors
