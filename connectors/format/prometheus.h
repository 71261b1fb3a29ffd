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

/// How one source's label sets are read. Immutable; any thread.
class PrometheusLabels {
 public:
  /// Without `ignore_labels`: replica, prometheus_replica.
  PrometheusLabels();
  explicit PrometheusLabels(std::vector<std::string> ignored);
  /// Reads the key `ignore_labels`.
  static PrometheusLabels read(config::MapReader& source, config::Problems& problems);

  /// Labels and annotations of an alert, and what follows from them: type, resource, severity word,
  /// qualifier, summary, and a hash of all labels as key.
  std::expected<Draft, Malformed> read_alert(const JsonNode& element, Decoding& decoding) const;

 private:
  bool qualifies(std::string_view label) const;
  /// What tells apart alerts of one name and instance; lives in `decoding`'s batch.
  std::string_view qualifier_of(std::span<const rules::Label> labels, Decoding& decoding) const;

  std::vector<std::string> ignored_;
};

}  // namespace deskd::connectors
