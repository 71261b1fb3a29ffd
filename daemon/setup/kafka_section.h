#pragma once
// What a source of kind kafka has of its own: brokers, topics, where it starts, the library's
// properties.

#include <memory>
#include <string>

#include "config/reader.h"
#include "connectors/kafka/kafka_settings.h"

namespace deskd::daemon {

/// Reads `brokers`, `topics`, `start`, `properties` and `secrets` of a source; files of secrets
/// stand relative to `folder`. Nothing when there was a mistake. The library is asked about
/// each property and its value; how they go together it says itself when the source starts.
std::shared_ptr<const connectors::KafkaSettings> read_kafka(config::MapReader& source,
                                                            const std::string& folder,
                                                            config::Problems& problems);

}  // namespace deskd::daemon
