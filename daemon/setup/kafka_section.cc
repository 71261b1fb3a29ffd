#include "daemon/setup/kafka_section.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include <fmt/core.h>

#include "config/limits.h"
#include "config/secret.h"
#include "connectors/kafka/kafka_conf.h"
#include "daemon/setup/unique_names.h"

namespace deskd::daemon {

namespace {

using config::Node;
using connectors::KafkaSettings;

constexpr std::string_view digits = "0123456789";
constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool has_only(std::string_view text, std::string_view more) {
  return std::ranges::all_of(text, [&](char c) {
    return letters.find(c) != std::string_view::npos || digits.find(c) != std::string_view::npos ||
           more.find(c) != std::string_view::npos;
  });
}

/// Properties that are deskd's: offsets live in its ledger, and nothing may read or forget them
/// otherwise.
struct Owned {
  std::string_view property;
  std::string_view why;
};
constexpr std::string_view no_group = "deskd reads without a group: its ledger has the offsets";
constexpr std::string_view no_commit = "deskd keeps the offsets in its ledger, not at the broker";
constexpr std::string_view by_brokers = "the key 'brokers' says it";
constexpr std::string_view by_start = "the key 'start' says it";
constexpr std::string_view bounded = "deskd bounds its memory by it";
constexpr std::array owned{
    Owned{"bootstrap.servers", by_brokers},
    Owned{"metadata.broker.list", by_brokers},
    Owned{"group.id", no_group},
    Owned{"group.instance.id", no_group},
    Owned{"group.protocol.type", no_group},
    Owned{"partition.assignment.strategy", no_group},
    Owned{"enable.auto.commit", no_commit},
    Owned{"auto.commit.enable", no_commit},
    Owned{"auto.commit.interval.ms", no_commit},
    Owned{"enable.auto.offset.store", no_commit},
    Owned{"offset.store.method", no_commit},
    Owned{"auto.offset.reset", by_start},
    Owned{"isolation.level", "deskd reads what is committed, and nothing else"},
    Owned{"enable.partition.eof", "deskd needs it to know how far behind it is"},
    Owned{"check.crcs", "librdkafka 2.0 misreads what follows a broken checksum"},
    Owned{"queued.min.messages", bounded},
    Owned{"queued.max.messages.kbytes", bounded},
    Owned{"plugin.library.paths", "deskd loads no other programs"},
};

/// Those whose values must not stand in the open (librdkafka, CONFIGURATION.md: "sensitive").
constexpr std::array<std::string_view, 6> sensitive{"sasl.password",
                                                    "ssl.key.password",
                                                    "ssl.key.pem",
                                                    "ssl.keystore.password",
                                                    "sasl.oauthbearer.client.secret",
                                                    "sasl.oauthbearer.config"};

/// `127.0.0.1`, `kafka-1.example:9092`, `[::1]:9092`.
bool is_broker(std::string_view text) {
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || end == 1) return false;
    port = text.substr(end + 1);
    text = text.substr(1, end - 1);
    if (!has_only(text, ":.%")) return false;
  } else {
    port = text.substr(std::min(text.find(':'), text.size()));
    text = text.substr(0, text.size() - port.size());
    if (text.empty() || !has_only(text, ".-_")) return false;
  }
  if (port.empty()) return true;
  std::uint16_t number = 0;
  const char* const end = port.data() + port.size();
  const auto [stop, error] = std::from_chars(port.data() + 1, end, number);
  return port.front() == ':' && error == std::errc{} && stop == end && number != 0;
}

/// Apache Kafka's own rule for names (org.apache.kafka.common.internals.Topic).
bool is_topic(std::string_view name) {
  constexpr std::size_t bytes_max = 249;
  return name.size() <= bytes_max && name != "." && name != ".." && has_only(name, "._-");
}

class KafkaReader {
 public:
  KafkaReader(const std::string& folder, config::Problems& problems)
      : folder_(folder), problems_(problems) {}

  KafkaSettings read(config::MapReader& source) {
    if (const Node* brokers = source.required("brokers")) read_brokers(*brokers);
    if (const Node* topics = source.required("topics")) read_topics(*topics);
    if (const Node* start = source.optional("start")) read_start(*start);
    if (const Node* properties = source.optional("properties")) read_properties(*properties);
    if (const Node* secrets = source.optional("secrets")) read_secrets(*secrets);
    return std::move(settings_);
  }

 private:
  void read_brokers(const Node& node) {
    const auto text = config::read_text(node, problems_);
    if (!text) return;
    settings_.brokers = *text;
    std::string_view rest = *text;
    while (true) {
      const std::string_view broker = rest.substr(0, rest.find(','));
      if (!is_broker(broker)) {
        problems_.error(
            node.place(),
            fmt::format("'{}' is no broker: write \"kafka-1:9092,kafka-2:9092\"", broker));
        return;
      }
      if (broker.size() == rest.size()) return;
      rest.remove_prefix(broker.size() + 1);
    }
  }

  void read_topics(const Node& node) {
    const auto items = config::read_list(node, "a list of topics", problems_);
    if (node.is_sequence() && items.empty()) {
      problems_.error(node.place(), "a source reads at least one topic");
    }
    if (items.size() > limits::kafka_topics_max) {
      problems_.error(node.place(), fmt::format("more than {} topics", limits::kafka_topics_max));
      return;
    }
    UniqueNames names;
    for (const Node& item : items) {
      const auto name = config::read_text(item, problems_);
      if (!name) continue;
      if (!is_topic(*name)) {
        problems_.error(item.place(),
                        fmt::format("'{}' can't be a topic: letters, digits, '.', '_' and '-', at "
                                    "most 249 of them",
                                    *name));
      } else if (names.take(*name, item, "topic", problems_)) {
        settings_.topics.push_back(*name);
      }
    }
  }

  void read_start(const Node& node) {
    using From = KafkaSettings::Start::From;
    constexpr std::array<std::string_view, 2> words{"end", "beginning"};
    const auto text = config::read_text(node, problems_);
    if (!text || *text == "end") return;
    if (*text == "beginning") {
      settings_.start.from = From::beginning;
      return;
    }
    const auto time = rules::parse_rfc3339(*text);
    if (time && rules::is_known(*time)) {
      settings_.start = {From::time, *time};
      return;
    }
    problems_.error(node.place(), fmt::format("'{}' is neither end, beginning nor a time such as "
                                              "2026-11-22T08:00:00Z{}",
                                              *text, config::nearest_hint(*text, words)));
  }

  /// The entries of `properties` or `secrets`, none when there is something wrong with all of them.
  std::span<const std::pair<Node, Node>> entries_of(const Node& node, std::string_view what) {
    if (node.is_null()) return {};
    if (!node.is_map()) {
      problems_.error(node.place(), fmt::format("{} is a map of the library's properties, this is "
                                                "{}",
                                                what, config::kind_name(node)));
    }
    if (node.entries.size() <= limits::kafka_properties_max) return node.entries;
    problems_.error(node.place(),
                    fmt::format("more than {} {}", limits::kafka_properties_max, what));
    return {};
  }

  bool may_set(const Node& key, std::string_view property) {
    const auto found = std::ranges::find(owned, property, &Owned::property);
    if (found != owned.end()) {
      problems_.error(key.place(), fmt::format("'{}' can't be set: {}", property, found->why));
      return false;
    }
    if (!property.empty() && has_only(property, "._-")) return true;
    problems_.error(key.place(), fmt::format("'{}' can't be a property's name", property));
    return false;
  }

  void read_properties(const Node& node) {
    for (const auto& [key, value] : entries_of(node, "properties")) {
      if (!may_set(key, key.text)) continue;
      if (std::ranges::find(sensitive, key.text) != sensitive.end()) {
        problems_.error(key.place(),
                        fmt::format("'{0}' is a secret: move it to 'secrets', with the "
                                    "file that it stands in: secrets: {{{0}: FILE}}",
                                    key.text));
      } else if (auto text = config::read_text(value, problems_)) {
        if (auto fault = connectors::property_fault(key.text, *text)) {
          problems_.error(key.place(), *std::move(fault));
        }
        settings_.properties.emplace_back(key.text, *std::move(text));
      }
    }
  }

  /// `PROPERTY: FILE` or `PROPERTY_env: VARIABLE`.
  void read_secrets(const Node& node) {
    constexpr std::string_view environment = "_env";
    UniqueNames names;
    for (const auto& [key, value] : entries_of(node, "secrets")) {
      std::string property = key.text;
      const bool is_variable = property.ends_with(environment);
      if (is_variable) property.resize(property.size() - environment.size());
      if (!may_set(key, property) || !names.take(property, key, "secret", problems_)) continue;
      if (is_set(property)) {
        problems_.error(key.place(), fmt::format("'{}' stands in 'properties' too", property));
        continue;
      }
      auto secret = is_variable ? config::read_secret_variable(value, problems_)
                                : config::read_secret_file(value, folder_, problems_);
      if (!secret) continue;
      if (auto fault = connectors::secret_fault(property, *secret)) {
        problems_.error(key.place(), *std::move(fault));
      }
      settings_.secrets.emplace_back(std::move(property), *std::move(secret));
    }
  }

  bool is_set(std::string_view property) const {
    return std::ranges::find(settings_.properties, property,
                             &std::pair<std::string, std::string>::first) !=
           settings_.properties.end();
  }

  const std::string& folder_;
  config::Problems& problems_;
  KafkaSettings settings_;
};

}  // namespace

std::shared_ptr<const KafkaSettings> read_kafka(config::MapReader& source,
                                                const std::string& folder,
                                                config::Problems& problems) {
  config::Problems found;
  auto settings = std::make_shared<const KafkaSettings>(KafkaReader(folder, found).read(source));
  const bool is_good = !found.has_errors();
  problems.append(std::move(found));
  return is_good ? settings : nullptr;
}

}  // namespace deskd::daemon
