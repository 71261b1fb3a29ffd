#include "connectors/kafka/kafka_conf.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

#include "config/limits.h"
#include "config/reader.h"

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

std::array<Property, 9> owned(const KafkaSettings& settings) {
  return {{
      {"bootstrap.servers", settings.brokers},
      // Positions are the ledger's: the cluster must keep none, and never choose where to go on.
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", "error"},
      {"isolation.level", "read_committed"},
      {"enable.partition.eof", "true"},
      // Behind a broken checksum librdkafka 2.0 reads on in the middle of the batch, and then asks
      // for offsets that it takes from there.
      {"check.crcs", "false"},
      // The bound is in bytes; without this one the smaller of the two would count.
      {"queued.min.messages", "10000000"},
      {"queued.max.messages.kbytes", fmt::format("{}", limits::kafka_queue_bytes / limits::KiB)},
  }};
}

/// The table that the library prints of itself: a property begins each line, up to a bar. Its dump
/// of a configuration leaves out what has no value and what is another name.
std::string table_of_properties() {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* const file = open_memstream(&text, &size);
  if (file == nullptr) return {};
  rd_kafka_conf_properties_show(file);
  std::fclose(file);
  std::string table(text, size);
  std::free(text);
  return table;
}

std::string nearest_hint(const std::string& property) {
  const std::string table = table_of_properties();
  std::vector<std::string_view> names;
  std::string_view rest = table;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::string_view name = line.substr(0, line.find(' '));
    if (name.size() < line.size() && line.find('|') != std::string_view::npos) {
      names.push_back(name);
    }
  }
  return config::nearest_hint(property, names);
}

/// `why`: what the library says against the value.
std::optional<std::string> fault_of(const std::string& property, const std::string& value,
                                    std::string& why) {
  const KafkaConf conf(rd_kafka_conf_new());
  std::array<char, 512> said{};
  switch (
      rd_kafka_conf_set(conf.get(), property.c_str(), value.c_str(), said.data(), said.size())) {
    case RD_KAFKA_CONF_OK:
      return std::nullopt;
    case RD_KAFKA_CONF_UNKNOWN:
      return fmt::format("librdkafka knows no property '{}'{}", property, nearest_hint(property));
    case RD_KAFKA_CONF_INVALID:
      break;
  }
  why = said.data();
  why.erase(why.find_last_not_of("\n") + 1);
  return fmt::format("librdkafka does not take the value of '{}'", property);
}

}  // namespace

std::optional<std::string> property_fault(const std::string& property, const std::string& value) {
  std::string why;
  auto fault = fault_of(property, value, why);
  if (fault && !why.empty()) *fault += ": " + why;
  return fault;
}

std::optional<std::string> secret_fault(const std::string& property, const config::Secret& secret) {
  std::string why;
  return fault_of(property, secret.reveal(), why);
}

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
