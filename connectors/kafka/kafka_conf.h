#pragma once
// A source's settings as properties of librdkafka.

#include <librdkafka/rdkafka.h>

#include <expected>
#include <memory>
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

}  // namespace deskd::connectors
