#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "config/limits.h"
#include "config/reader.h"
#include "connectors/format/mapping.h"

namespace deskd::connectors {
namespace {

using config::Node;

class MappingReader {
 public:
  MappingReader(bool of_kafka, config::Problems& problems)
      : of_kafka_(of_kafka), problems_(problems) {}

  Mapping read(const Node& node) {
    config::MapReader keys(node, problems_, "a mapping");
    if (const Node* each = keys.optional("each")) read_each(*each);
    const auto read_field = [&](std::string_view key, MappedValue& field) {
      if (const Node* value = keys.optional(key)) field = read_value(*value);
    };
    read_field("resource", mapping_.resource);
    read_field("type", mapping_.type);
    read_field("qualifier", mapping_.qualifier);
    read_field("key", mapping_.key);
    if (const Node* status = keys.optional("status")) mapping_.status = read_status(*status);
    read_field("severity", mapping_.severity);
    read_field("summary", mapping_.summary);
    read_field("sender", mapping_.sender);
    read_field("time", mapping_.time);
    if (const Node* labels = keys.optional("labels")) mapping_.labels = read_labels(*labels);
    if (const Node* annotations = keys.optional("annotations")) {
      mapping_.annotations = read_labels(*annotations);
    }
    keys.finish();
    return std::move(mapping_);
  }

 private:
  void read_each(const Node& node) {
    for (const MappedPath& path : read_paths(node)) {
      if (path.from == MappedPath::From::root) {
        problems_.error(node.place(), "'each' starts at the root anyway: leave out the '^'");
      } else if (path.from == MappedPath::From::kafka) {
        problems_.error(node.place(), "'each' is a list of the body: a JSON pointer");
      }
      mapping_.each.push_back(path.pointer);
    }
  }

  /// A path, a list of them, or a map with `const`, `at` or `kafka`.
  MappedValue read_value(const Node& node) {
    MappedValue value;
    if (!node.is_map()) {
      value.paths = read_paths(node);
      return value;
    }
    config::MapReader keys(node, problems_, "a mapped value");
    const Node* constant = keys.optional("const");
    const Node* at = keys.optional("at");
    const Node* kafka = keys.optional("kafka");
    const Node* map = keys.optional("map");
    const Node* otherwise = keys.optional("default");
    keys.finish();
    if (constant != nullptr) value.constant = config::read_text(*constant, problems_);
    if (at != nullptr) value.paths = read_paths(*at);
    if (kafka != nullptr) read_kafka(*kafka, value.paths);
    if (map != nullptr) read_map(*map, value);
    if (otherwise != nullptr) value.otherwise = config::read_text(*otherwise, problems_);
    const int given = (constant != nullptr) + (at != nullptr) + (kafka != nullptr);
    if (given != 1) {
      problems_.error(node.place(), of_kafka_ ? "one of 'at', 'kafka' and 'const' must stand here"
                                              : "either 'const' or 'at' must stand here");
    } else if (constant != nullptr && (map != nullptr || otherwise != nullptr)) {
      problems_.error(node.place(), "a constant has no 'map' and no 'default'");
    }
    return value;
  }

  std::vector<MappedPath> read_paths(const Node& node) {
    std::vector<MappedPath> paths;
    if (node.is_scalar() || node.find("kafka") != nullptr) {
      read_path(node, paths);
    } else if (node.is_sequence() && !node.items.empty()) {
      for (const Node& item : node.items) read_path(item, paths);
    } else {
      problems_.error(
          node.place(),
          fmt::format("a JSON pointer such as /host, or a list of them, expected, not {}",
                      node.is_sequence() ? "an empty list" : kind_name(node)));
    }
    return paths;
  }

  void read_path(const Node& node, std::vector<MappedPath>& paths) {
    if (node.find("kafka") != nullptr) {
      config::MapReader keys(node, problems_, "a field of a Kafka message");
      read_kafka(*keys.required("kafka"), paths);
      keys.finish();
      return;
    }
    if (!node.is_scalar()) {
      problems_.error(node.place(), fmt::format("a JSON pointer such as /host expected, not {}",
                                                kind_name(node)));
      return;
    }
    MappedPath path;
    const bool from_root = node.text.starts_with('^');
    const auto pointer = JsonPointer::compile(std::string_view(node.text).substr(from_root));
    if (!pointer) {
      problems_.error(node.place(), pointer.error());
      return;
    }
    path.pointer = *pointer;
    if (from_root) {
      path.from = MappedPath::From::root;
      path.slot = mapping_.root_paths.size();
      mapping_.root_paths.push_back(*pointer);
    } else {
      path.slot = mapping_.element_paths.add(*pointer);
    }
    paths.push_back(std::move(path));
  }

  /// `key`, `topic` …, or `headers.NAME`.
  void read_kafka(const Node& node, std::vector<MappedPath>& paths) {
    if (!of_kafka_) {
      problems_.error(node.place(), "only the messages of a source of kind kafka have this");
      return;
    }
    if (auto field = read_kafka_field(node)) {
      paths.push_back(
          {.from = MappedPath::From::kafka, .pointer = {}, .slot = mapping_.kafka_fields.size()});
      mapping_.kafka_fields.push_back(*std::move(field));
    }
  }

  std::optional<KafkaField> read_kafka_field(const Node& node) {
    // In the order of KafkaField::Of.
    static constexpr std::array<std::string_view, 6> names{"key",    "topic",     "partition",
                                                           "offset", "timestamp", "headers.NAME"};
    constexpr std::string_view headers = "headers.";
    if (node.is_scalar() && node.text.starts_with(headers) && node.text.size() > headers.size()) {
      return KafkaField{KafkaField::Of::header, node.text.substr(headers.size())};
    }
    const auto of = config::read_one_of(node, names, "a field of a Kafka message", problems_);
    if (!of) return std::nullopt;
    return KafkaField{static_cast<KafkaField::Of>(*of), ""};
  }

  void read_map(const Node& node, MappedValue& value) {
    value.translates = true;
    if (!node.is_map() || node.entries.empty()) {
      problems_.error(node.place(), "a map of sent values to texts expected");
      return;
    }
    for (const auto& [from, to] : node.entries) {
      if (auto text = config::read_text(to, problems_)) {
        value.map.emplace_back(from.text, *std::move(text));
      }
    }
  }

  MappedStatus read_status(const Node& node) {
    MappedStatus status;
    status.own_words = node.find("firing") != nullptr || node.find("resolved") != nullptr;
    if (!status.own_words) {
      status.value = read_value(node);
    } else {
      config::MapReader keys(node, problems_, "a status");
      if (const Node* at = keys.required("at")) status.value.paths = read_paths(*at);
      if (const Node* words = keys.optional("firing")) {
        status.firing = config::read_texts(*words, problems_);
      }
      if (const Node* words = keys.optional("resolved")) {
        status.resolved = config::read_texts(*words, problems_);
        check_apart(status, *words);
      }
      if (const Node* otherwise = keys.optional("default")) {
        status.value.otherwise = config::read_text(*otherwise, problems_);
      }
      keys.finish();
    }
    check_stated_words(status, node);
    if (status.value.constant) status.always = status.meaning(*status.value.constant);
    return status;
  }

  void check_apart(const MappedStatus& status, const Node& resolved) {
    for (const std::string& word : status.resolved) {
      if (std::ranges::find(status.firing, word) == status.firing.end()) continue;
      problems_.error(resolved.place(), fmt::format("'{}' stands in both lists", word));
    }
  }

  /// What the mapping itself states must be firing or resolved.
  void check_stated_words(const MappedStatus& status, const Node& node) {
    const auto check = [&](const std::string& word) {
      if (word == "firing" || word == "resolved") return;
      constexpr std::array<std::string_view, 2> words{"firing", "resolved"};
      problems_.error(node.place(), fmt::format("a status is firing or resolved, not '{}'{}", word,
                                                config::nearest_hint(word, words)));
    };
    if (status.value.constant) check(*status.value.constant);
    if (status.value.otherwise) check(*status.value.otherwise);
    for (const auto& [from, to] : status.value.map) check(to);
  }

  std::vector<MappedLabel> read_labels(const Node& node) {
    std::vector<MappedLabel> labels;
    if (!node.is_map()) {
      problems_.error(node.place(), fmt::format("a map of names to mapped values expected, not {}",
                                                kind_name(node)));
      return labels;
    }
    for (const auto& [label, value] : node.entries) {
      if (label.text.empty() || label.text.size() > limits::label_name_bytes_max) {
        problems_.error(label.place(),
                        fmt::format("a name has 1 to {} bytes", limits::label_name_bytes_max));
      }
      const bool is_all = label.text == "all";
      // What is named stands over what `all` brings: the later one counts.
      labels.insert(is_all ? labels.begin() : labels.end(),
                    {label.text, read_value(value), is_all ? "" : label.text + "."});
    }
    return labels;
  }

  const bool of_kafka_;
  config::Problems& problems_;
  Mapping mapping_;
};

}  // namespace

std::shared_ptr<const Mapping> read_mapping(const Node& node, bool of_kafka,
                                            config::Problems& problems) {
  config::Problems found;
  auto mapping = std::make_shared<const Mapping>(MappingReader(of_kafka, found).read(node));
  const bool bad = found.has_errors();
  problems.append(std::move(found));
  return bad ? nullptr : mapping;
}

}  // namespace deskd::connectors
