#pragma once
// What the two formats of the Prometheus family share: an alert is a set of labels.

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/reader.h"
#include "connectors/format/decoding.h"
#include "connectors/format/json_tree.h"

namespace deskd::connectors {

/// The members that alerts of this family have; nullptr: not there.
struct PrometheusMembers {
  /// Of a name that stands twice the last.
  explicit PrometheusMembers(const JsonNode& element);

  const JsonNode* labels = nullptr;
  const JsonNode* annotations = nullptr;
  const JsonNode* status = nullptr;
  const JsonNode* starts_at = nullptr;
  const JsonNode* ends_at = nullptr;
  const JsonNode* generator_url = nullptr;
  const JsonNode* fingerprint = nullptr;

 private:
  /// Null: no alert has it.
  const JsonNode** place_of(std::string_view name);
};

/// How one source's label sets are read. Immutable; any thread.
class PrometheusLabels {
 public:
  /// Without `ignore_labels`: replica, prometheus_replica.
  PrometheusLabels();
  explicit PrometheusLabels(std::vector<std::string> ignored);
  /// Reads the key `ignore_labels`.
  static PrometheusLabels read(config::MapReader& source, config::Problems& problems);

  /// Labels and annotations of an alert, and what follows from them: type, resource, severity word,
  /// qualifier, summary, and a hash of all labels as key. `members` are those of `element`.
  std::expected<Draft, Malformed> read_alert(const JsonNode& element,
                                             const PrometheusMembers& members,
                                             Decoding& decoding) const;

 private:
  bool is_ignored(std::string_view label) const;
  /// Type, resource, severity word, qualifier and key.
  void read_labels(std::span<const rules::Label> labels, Draft& draft, Decoding& decoding) const;

  std::vector<std::string> ignored_;
};

}  // namespace deskd::connectors
