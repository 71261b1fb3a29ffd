#pragma once
// What a Kafka message says beside its value: what a mapping's `{kafka: …}` points to.

#include <cstdint>
#include <span>
#include <string_view>

#include "connectors/batch.h"
#include "rules/time.h"

namespace deskd::connectors {

struct KafkaHeader {
  std::string_view name;
  std::string_view value;  // any bytes
};

/// A view type; all of it lives as long as the batch that takes the message's alerts.
struct KafkaEnvelope {
  std::string_view topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  rules::Time timestamp;  // unknown when the message has none
  std::string_view key;   // any bytes; empty: none
  std::span<const KafkaHeader> headers;
};

/// Copies that live as long as `batch`.
std::span<const KafkaHeader> keep_headers(std::span<const KafkaHeader> headers, Batch& batch);

}  // namespace deskd::connectors
