#pragma once
// Records of a Kafka topic as one batch: decoded, judged, and in the books.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "connectors/accounts.h"
#include "connectors/batch.h"
#include "connectors/format/kafka_envelope.h"

namespace deskd::connectors {

/// A view type: its texts belong to the client until the batch is made.
struct Record {
  KafkaEnvelope envelope;  // its headers are read only for formats, and kept
  std::string_view value;
  bool is_null = false;  // a tombstone of a compacted topic: it says nothing of an alert
};

struct RecordBatchPlan {
  const Source& source;
  std::shared_ptr<const Judging> setup;
  Accounts& accounts;
  rules::Time now;
  /// The headers of the record at a place, for who has not put them into the envelopes as the
  /// format reads none: a dead letter has them all the same.
  std::function<std::span<const KafkaHeader>(std::size_t)> headers_of = nullptr;
  /// Takes the places of those that a full batch has no room for; null: there is room for all. Of
  /// each partition they are the last ones.
  std::vector<std::size_t>* left = nullptr;
};

/// A batch of all records, those of several partitions in the order of their times and those of one
/// in their own. A record's time (bounded by `now`, which also stands in for a missing one) is the
/// receipt of its alerts. A value that holds something malformed, or is larger than
/// limits::kafka_value_bytes_max, becomes a dead letter, and what is good in it is taken. Nulls are
/// left out. Once the batch has more than a turn of the core takes it is full: a few bytes of a
/// value may have become many alerts. What came in is in the books when this returns, one lock for
/// the whole batch (and one more for each record that is not as it should be).
std::unique_ptr<Batch> make_record_batch(std::span<const Record> records,
                                         const RecordBatchPlan& plan);

/// A batch without alerts, for positions and the source's time.
std::unique_ptr<Batch> make_empty_batch(const RecordBatchPlan& plan);

}  // namespace deskd::connectors
