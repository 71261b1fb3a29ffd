#pragma once
// What deskd.yaml says of a source of kind kafka. Knows nothing of the library that reads topics.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "config/secret.h"
#include "rules/time.h"

namespace deskd::connectors {

/// Immutable part of a setup. Any thread.
struct KafkaSettings {
  /// Where a partition is begun that the ledger has no position of.
  struct Start {
    enum class From : std::uint8_t { end, beginning, time } from = From::end;
    rules::Time time;  // of time: the first record that is not older
    bool operator==(const Start&) const = default;
  };

  std::string brokers;              // "127.0.0.1:9092,[::1]:9093"
  std::vector<std::string> topics;  // at least one, each once
  Start start;
  /// For the library as they stand; what deskd sets itself is not among them.
  std::vector<std::pair<std::string, std::string>> properties;
  /// Likewise, from files or the environment; never logged.
  std::vector<std::pair<std::string, config::Secret>> secrets;
};

}  // namespace deskd::connectors
