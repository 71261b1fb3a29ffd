#pragma once
// What people and metrics see of a Kafka source. Knows nothing of the library that reads topics.

#include <cstdint>
#include <string>
#include <vector>

namespace deskd::connectors {

/// Since the source was started: with deskd, or by a reload that brought it (back).
struct KafkaCounts {
  std::uint64_t records = 0;
  std::uint64_t nulls = 0;
  std::uint64_t dead_letters = 0;
  std::uint64_t gaps = 0;              // durable ones, each once
  std::uint64_t records_lost = 0;      // in gaps
  std::uint64_t times_read_again = 0;  // since batches did not become durable
  std::uint64_t faults = 0;            // told by librdkafka: connections, partitions
  std::uint64_t renewals = 0;          // of the client
};

struct PartitionLag {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t next = 0;
  bool is_known = false;  // else nobody can say where it ends
  std::uint64_t lag = 0;
};

/// What a reader shows of itself a few times a second.
struct KafkaView {
  std::string state = "starting";
  std::string detail;
  KafkaCounts counts;
  std::vector<PartitionLag> lags;
};

}  // namespace deskd::connectors
