#include "connectors/format/kafka_envelope.h"

#include <memory>

namespace deskd::connectors {

std::span<const KafkaHeader> keep_headers(std::span<const KafkaHeader> headers, Batch& batch) {
  if (headers.empty()) return {};
  auto* kept = static_cast<KafkaHeader*>(
      batch.arena().allocate(headers.size() * sizeof(KafkaHeader), alignof(KafkaHeader)));
  for (std::size_t i = 0; i < headers.size(); ++i) {
    const KafkaHeader& header = headers[i];
    std::construct_at(kept + i, KafkaHeader{batch.keep(header.name), batch.keep(header.value)});
  }
  return {kept, headers.size()};
}

}  // namespace deskd::connectors
