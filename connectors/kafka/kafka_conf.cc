#include "connectors/kafka/kafka_conf.h"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

#include "config/limits.h"

namespace deskd::connectors {
namespace {

using Property = std::pair<const char*, std::string>;

std::array<Property, 6> defaults() {
  return {{
      {"client.id", "deskd"},
      {"socket.nagle.disable", "true"},
      {"reconnect.backoff.ms", "100"},
      // A broker that is back should be read within seconds, not after a backed-off while.
      {"reconnect.backoff.max.ms", "5000"},
      // How soon a moved leader or a new partition is seen.
      {"topic.metadata.refresh.interval.ms",
       fmt::format("{}", std::chrono::milliseconds(limits::kafka_metadata_every).count())},
      // A message larger than a fetch is fetched all the same, alone.
      {"fetch.max.bytes", fmt::format("{}", limits::kafka_fetch_bytes)},
  }};
}

std::array<Property, 8> owned(const KafkaSettings& settings) {
  return {{
      {"bootstrap.servers", settings.brokers},
      // Positions are the ledger's: the cluster must keep none, and never choose where to go on.
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", "error"},
      {"isolation.level", "read_committed"},
      {"enable.partition.eof", "true"},
      // The bound is in bytes; without this one the smaller of the two would count.
      {"queued.min.messages", "10000000"},
      {"queued.max.messages.kbytes", fmt::format("{}", limits::kafka_queue_bytes / limits::KiB)},
  }};
}

}  // namespace

std::expected<KafkaConf, std::string> make_kafka_conf(const KafkaSettings& settings) {
  KafkaConf conf(rd_kafka_conf_new());
  std::array<char, 512> why{};
  const auto set = [&](const char* name, const std::string& value) {
    return rd_kafka_conf_set(conf.get(), name, value.c_str(), why.data(), why.size()) ==
           RD_KAFKA_CONF_OK;
  };
  for (const auto& [name, value] : defaults()) {
    if (!set(name, value)) return std::unexpected(std::string(why.data()));
  }
  for (const auto& [name, value] : settings.properties) {
    if (!set(name.c_str(), value)) return std::unexpected(std::string(why.data()));
  }
  for (const auto& [name, secret] : settings.secrets) {
    // The library's own words would repeat the value.
    if (!set(name.c_str(), secret.reveal())) {
      return std::unexpected(fmt::format("librdkafka does not take the secret '{}'", name));
    }
  }
  for (const auto& [name, value] : owned(settings)) {
    if (!set(name, value)) return std::unexpected(std::string(why.data()));
  }
  return conf;
}

}  // namespace deskd::connectors
