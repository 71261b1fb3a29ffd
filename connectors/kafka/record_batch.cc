#include "connectors/kafka/record_batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "config/check.h"
#include "config/limits.h"
#include "connectors/format/format.h"
#include "connectors/judged_batch.h"
#include "rules/utf8.h"

namespace deskd::connectors {
namespace {

/// A record on its way into the batch.
struct Placed {
  const Record* record = nullptr;
  rules::Time at;     // its own, or what stands in for it
  rules::Time order;  // never less than that of an earlier record of its partition
};

rules::Time time_of(const Record& record, rules::Time now) {
  const rules::Time at = record.envelope.timestamp;
  return rules::is_known(at) ? std::min(at, now) : now;
}

std::vector<Placed> in_order(std::span<const Record> records, rules::Time now) {
  std::vector<Placed> placed;
  placed.reserve(records.size());
  std::map<std::pair<std::string_view, std::int32_t>, rules::Time> latest;
  for (const Record& record : records) {
    if (record.is_null) continue;
    const rules::Time at = time_of(record, now);
    rules::Time& order = latest[{record.envelope.topic, record.envelope.partition}];
    order = std::max(order, at);
    placed.push_back({&record, at, order});
  }
  if (latest.size() > 1) {
    std::ranges::sort(placed, {},
                      [](const Placed& one) { return std::pair(one.order, one.record); });
  }
  return placed;
}

bool is_too_large(const Record& record) {
  return record.value.size() > limits::kafka_value_bytes_max;
}

/// All values one after the other: the batch's alerts are views into them.
std::string joined_values(std::span<const Placed> placed) {
  std::size_t bytes = 0;
  for (const Placed& one : placed)
    bytes += is_too_large(*one.record) ? 0 : one.record->value.size();
  std::string values;
  values.reserve(bytes);
  for (const Placed& one : placed) {
    if (!is_too_large(*one.record)) values += one.record->value;
  }
  return values;
}

std::string name_of(const KafkaEnvelope& envelope) {
  return fmt::format("{}[{}]@{}", envelope.topic, envelope.partition, envelope.offset);
}

std::string cut(std::string_view text, std::size_t bytes_max) {
  return std::string(text.substr(0, bytes_max));
}

/// All headers or none: some of them would be read as all.
bool copy_headers(std::span<const KafkaHeader> headers, DeadLetter& letter) {
  std::size_t bytes = 0;
  for (const KafkaHeader& header : headers) bytes += header.name.size() + header.value.size();
  if (bytes > limits::dead_letter_headers_bytes) return false;
  for (const KafkaHeader& header : headers) letter.headers.emplace_back(header.name, header.value);
  return true;
}

DeadLetter letter_of(const Placed& placed, std::span<const KafkaHeader> headers,
                     std::string_view reason) {
  const auto& [envelope, value, is_null] = *placed.record;
  DeadLetter letter{.topic = std::string(envelope.topic),
                    .partition = envelope.partition,
                    .offset = envelope.offset,
                    .at = placed.at,
                    .reason = std::string(rules::cut_bytes(reason, limits::dead_letter_text_bytes)),
                    .key = cut(envelope.key, limits::dead_letter_text_bytes),
                    .value = cut(value, limits::dead_letter_bytes_max),
                    .value_bytes = value.size()};
  letter.is_cut = letter.key.size() < envelope.key.size() || letter.value.size() < value.size();
  if (!copy_headers(headers, letter)) letter.is_cut = true;
  return letter;
}

/// Fills one batch, record by record.
class Filling {
 public:
  Filling(Batch& batch, std::span<const Record> records, const RecordBatchPlan& plan)
      : batch_(batch),
        records_(records),
        plan_(plan),
        reads_envelope_(plan.source.reader->reads_envelope()) {}

  bool is_full() const {
    return std::max(batch_.kept_bytes(), batch_.written) > limits::turn_bytes_max;
  }

  std::size_t place_of(const Placed& placed) const {
    return static_cast<std::size_t>(placed.record - records_.data());
  }

  void add(const Placed& placed) {
    const Record& record = *placed.record;
    if (is_too_large(record)) return add_too_large(placed);
    const std::string_view body =
        std::string_view(batch_.received()).substr(at_, record.value.size());
    at_ += record.value.size();
    const KafkaEnvelope envelope = reads_envelope_ ? kept(record.envelope) : KafkaEnvelope{};
    const std::size_t taken_before = batch_.alerts.size();
    Decoded decoded = decode(plan_.source, *plan_.setup, {body, placed.at, &envelope}, batch_);
    judge(batch_, decoded);
    severity_unknown_ += decoded.severity_unknown;
    clamped_ += decoded.event_time_clamped;
    if (decoded.malformed == 0) return;
    malformed_ += decoded.malformed;
    turn_away(placed, decoded, body, batch_.alerts.size() - taken_before);
  }

  void finish() {
    plan_.accounts.received(batch_.source, batch_.alerts.size(), malformed_, severity_unknown_,
                            clamped_, plan_.now);
    if (!turned_away_.empty()) plan_.accounts.turned_away().add(std::move(turned_away_));
  }

 private:
  /// The envelope with its texts in the batch.
  KafkaEnvelope kept(const KafkaEnvelope& envelope) {
    KafkaEnvelope copy = envelope;
    if (topic_ != envelope.topic) topic_ = batch_.keep(envelope.topic);
    copy.topic = topic_;
    copy.key = batch_.keep(envelope.key);
    copy.headers = keep_headers(envelope.headers, batch_);
    return copy;
  }

  void add_too_large(const Placed& placed) {
    ++malformed_;
    Decoded decoded;
    decoded.malformed = 1;
    decoded.fatal =
        ElementError{0, "",
                     fmt::format("the value has {} bytes, {} are taken",
                                 placed.record->value.size(), limits::kafka_value_bytes_max)};
    turn_away(placed, decoded, placed.record->value, 0);
  }

  void turn_away(const Placed& placed, const Decoded& decoded, std::string_view body,
                 std::size_t taken) {
    const KafkaEnvelope& envelope = placed.record->envelope;
    std::string reason = first_error(decoded);
    if (taken > 0) {
      reason = fmt::format("{} of {} alerts are malformed, the others were taken: {}",
                           decoded.malformed, decoded.malformed + taken, reason);
    }
    for (TurnedAway& entry : malformed_entries(batch_, decoded, body)) {
      if (turned_away_.size() == limits::turned_away_max) break;  // more would not be kept
      entry.sender = name_of(envelope);
      turned_away_.push_back(std::move(entry));
    }
    show_refusal(plan_.accounts, batch_, "malformed", name_of(envelope) + ": " + reason);
    const auto headers = plan_.headers_of ? plan_.headers_of(place_of(placed)) : envelope.headers;
    DeadLetter& letter = batch_.dead_letters.emplace_back(letter_of(placed, headers, reason));
    if (!letter.is_cut) letter.taken = marks_of_last(taken, body);
  }

  /// Of the last `count` alerts of the batch, which stand in `body`.
  std::vector<std::uint32_t> marks_of_last(std::size_t count, std::string_view body) const {
    std::vector<std::uint32_t> marks;
    const auto begin = static_cast<std::uint32_t>(body.data() - batch_.received().data());
    for (const ElementPlace& place : std::span(batch_.elements).last(count)) {
      marks.push_back(place.mark(begin));
    }
    return marks;
  }

  Batch& batch_;
  const std::span<const Record> records_;
  const RecordBatchPlan& plan_;
  const bool reads_envelope_;
  std::size_t at_ = 0;  // in the received bytes
  std::string_view topic_;
  std::uint64_t malformed_ = 0;
  std::uint64_t severity_unknown_ = 0;
  std::uint64_t clamped_ = 0;
  std::vector<TurnedAway> turned_away_;
};

std::unique_ptr<Batch> begin_batch(const RecordBatchPlan& plan, std::string received) {
  auto batch = std::make_unique<Batch>(std::move(received));
  batch->source = plan.source.name;
  batch->setup = plan.setup;
  batch->received_at = plan.now;
  return batch;
}

}  // namespace

std::unique_ptr<Batch> make_record_batch(std::span<const Record> records,
                                         const RecordBatchPlan& plan) {
  const std::vector<Placed> placed = in_order(records, plan.now);
  auto batch = begin_batch(plan, joined_values(placed));
  batch->alerts.reserve(placed.size());
  batch->elements.reserve(placed.size());
  batch->verdicts.reserve(placed.size());
  Filling filling(*batch, records, plan);
  for (const Placed& one : placed) {
    if (plan.left != nullptr && filling.is_full()) {
      plan.left->push_back(filling.place_of(one));
    } else {
      filling.add(one);
    }
  }
  filling.finish();
  return batch;
}

std::unique_ptr<Batch> make_empty_batch(const RecordBatchPlan& plan) {
  return begin_batch(plan, "");
}

}  // namespace deskd::connectors
