#pragma once
// What every decoded body must keep, whatever its bytes: for the fuzz targets of the formats.

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "config/check.h"
#include "config/encoding.h"
#include "config/limits.h"
#include "config/yaml.h"
#include "connectors/format/format.h"
#include "connectors/format/json_tree.h"
#include "connectors/raw_message.h"

namespace deskd::tests {

inline std::shared_ptr<const connectors::Format> fuzzed_format(std::string_view name,
                                                               std::string_view yaml = "") {
  config::Problems problems;
  const auto file = std::make_shared<const config::SourceFile>(
      config::SourceFile{"fuzz.yaml", std::string(yaml)});
  const auto node = config::parse_yaml(file, problems);
  DESKD_CHECK(node.has_value());
  config::MapReader reader(*node, problems, "a source");
  auto format = connectors::make_format(name, {.source = reader, .problems = problems});
  DESKD_CHECK(format != nullptr);
  return format;
}

inline void check_text(std::string_view text) {
  DESKD_CHECK(text.size() <= limits::text_bytes_max);
  DESKD_CHECK(config::is_utf8(text));
}

inline void check_labels(std::span<const rules::Label> labels) {
  DESKD_CHECK(labels.size() <= limits::labels_max);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    DESKD_CHECK(i == 0 || labels[i - 1].name < labels[i].name);
    DESKD_CHECK(!labels[i].name.empty() && !labels[i].value.empty());
    DESKD_CHECK(labels[i].name.size() <= limits::label_name_bytes_max);
    check_text(labels[i].name);
    check_text(labels[i].value);
  }
}

inline void check_alert(const rules::Alert& alert, rules::Time latest) {
  for (const std::string_view text :
       {alert.sender, alert.key, alert.type, alert.resource, alert.qualifier, alert.summary}) {
    check_text(text);
  }
  check_labels(alert.labels);
  check_labels(alert.annotations);
  DESKD_CHECK(rules::is_known(alert.event_at) && alert.event_at <= latest);
  DESKD_CHECK(!alert.resource.empty() || !alert.type.empty() || !alert.key.empty() ||
              !alert.labels.empty());
}

/// What is shown of an alert's element is the element: JSON again, where it is not cut.
inline void check_elements(connectors::Batch& batch) {
  DESKD_CHECK(batch.elements.size() == batch.alerts.size());
  for (std::size_t i = 0; i < batch.elements.size(); ++i) {
    DESKD_CHECK(i == 0 || batch.elements[i - 1].index < batch.elements[i].index);
    // A text with escapes may stand for an alert too; then its place is not known.
    if (batch.elements[i].offset == connectors::ElementPlace::unknown) continue;
    const auto raw = connectors::raw_value(batch.received(), batch.elements[i].offset);
    DESKD_CHECK(!raw.empty() && config::is_utf8(connectors::shown_raw(raw)));
    if (raw.size() > limits::raw_shown_bytes) continue;
    const std::string list = "[" + std::string(raw) + "]";
    DESKD_CHECK(connectors::JsonTree::parse(list, batch.arena()).has_value());
  }
}

/// Decodes `bytes` in memory of exactly their size and looks at everything that came out.
inline void decode_and_check(const connectors::Format& format, std::string_view bytes) {
  const rules::Time received_at{std::chrono::seconds{1795334400}};
  const rules::SeverityWords words;
  connectors::Batch batch{std::string(bytes)};
  batch.received().shrink_to_fit();
  const connectors::DecodeSettings settings{.severity = &words, .received_at = received_at};
  const connectors::Decoded decoded = format.decode(batch, settings);
  DESKD_CHECK(!decoded.fatal || (batch.alerts.empty() && decoded.malformed == 1));
  DESKD_CHECK(decoded.fatal ||
              decoded.errors.size() ==
                  std::min<std::uint64_t>(decoded.malformed, limits::errors_in_answer_max));
  DESKD_CHECK(decoded.severity_unknown <= batch.alerts.size());
  DESKD_CHECK(decoded.event_time_clamped <= batch.alerts.size());
  for (const rules::Alert& alert : batch.alerts) {
    check_alert(alert, received_at + settings.max_skew);
  }
  check_elements(batch);
  for (const connectors::ElementError& error : decoded.errors) {
    DESKD_CHECK(config::is_utf8(error.pointer) && config::is_utf8(error.detail));
    DESKD_CHECK(error.pointer.empty() || error.pointer.front() == '/');
  }
}

}  // namespace deskd::tests
