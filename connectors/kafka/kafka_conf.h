#pragma once
// A source's settings as properties of librdkafka.

#include <librdkafka/rdkafka.h>

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "connectors/kafka/kafka_settings.h"

namespace deskd::connectors {

struct KafkaConfDeleter {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
};
using KafkaConf = std::unique_ptr<rd_kafka_conf_t, KafkaConfDeleter>;

/// First deskd's defaults, then the source's properties and secrets, last what deskd's promises
/// rest on. Fails with a sentence that names the property the library does not take; never with the
/// value of a secret. Any thread.
std::expected<KafkaConf, std::string> make_kafka_conf(const KafkaSettings& settings);

/// Why the library does not take `property`, in a sentence with the nearest name that it knows;
/// nothing: it does. Looks at this property alone, not at files that it names, and makes no client.
std::optional<std::string> property_fault(const std::string& property, const std::string& value);
/// The same, and never says the value.
std::optional<std::string> secret_fault(const std::string& property, const config::Secret& secret);

}  // namespace deskd::connectors
