#pragma once
// Where in a body of unknown shape the fields of an alert stand: a source's `mapping`, compiled.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/yaml.h"
#include "connectors/format/json_pointer.h"
#include "connectors/format/path_tree.h"
#include "rules/alert.h"

namespace deskd::connectors {

/// `{kafka: key}`: what a Kafka message says beside its value.
struct KafkaField {
  enum class Of : std::uint8_t { key, topic, partition, offset, timestamp, header };
  Of of = Of::key;
  std::string header;  // its name

  std::string text() const;  // "key", "headers.NAME"
};

/// `/x` from the element, `^/x` from the root of the body, `{kafka: x}` from beside it.
struct MappedPath {
  enum class From : std::uint8_t { element, root, kafka };
  From from = From::element;
  JsonPointer pointer;   // of element and root
  std::size_t slot = 0;  // in Mapping's element_paths, or root_paths or kafka_fields, of which a
                         // message looks up each once
};

/// Where one text comes from: a constant, or the first path that has a value, which a map may
/// translate.
struct MappedValue {
  std::vector<MappedPath> paths;
  std::optional<std::string> constant;
  bool translates = false;  // what is not in `map` counts as missing
  std::vector<std::pair<std::string, std::string>> map;
  std::optional<std::string> otherwise;  // when the value is missing

  bool is_mapped() const { return !paths.empty() || constant; }
};

/// The status: a value and the words that it may be.
struct MappedStatus {
  MappedValue value;
  std::optional<rules::Status> always;  // it is constant
  bool own_words = false;               // else the common ones, in any case
  std::vector<std::string> firing;
  std::vector<std::string> resolved;

  /// Nothing when `word` is in neither list.
  std::optional<rules::Status> meaning(std::string_view word) const;
};

/// A label or annotation. An object or a list under it spreads: its members become NAME.MEMBER, and
/// those of the one named `all` plainly MEMBER.
struct MappedLabel {
  std::string name;
  MappedValue value;
  std::string prefix;  // of what it spreads: "NAME.", or nothing
};

/// Immutable once read; any thread.
struct Mapping {
  std::vector<JsonPointer> each;  // of the list that is fanned out; none: the body itself
  MappedValue resource, type, qualifier, key, severity, summary, sender, time;
  std::optional<MappedStatus> status;  // none: every alert fires
  std::vector<MappedLabel> labels;
  std::vector<MappedLabel> annotations;
  PathTree element_paths;
  std::vector<JsonPointer> root_paths;
  std::vector<KafkaField> kafka_fields;
};

/// Reads a source's `mapping`; `{kafka: x}` may stand only in that of a Kafka source. All mistakes
/// are in `problems`, each at its place.
std::shared_ptr<const Mapping> read_mapping(const config::Node& node, bool of_kafka,
                                            config::Problems& problems);

/// What a source without `mapping` uses; the YAML of it stands in `default_mapping_text`.
std::shared_ptr<const Mapping> default_mapping();
std::string_view default_mapping_text();

}  // namespace deskd::connectors
