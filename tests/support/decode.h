#pragma once
// Decodes a body as a source of some format would, for tests.

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>

#include "config/yaml.h"
#include "connectors/format/format.h"

namespace deskd::tests {

/// 2026-11-22T08:00:00Z.
constexpr rules::Time received_at{std::chrono::seconds{1795334400}};

/// A format with its keys as they stand in a source ("mapping: …"); empty: without any.
inline std::shared_ptr<const connectors::Format> make_format(
    std::string_view name, std::string_view yaml = "",
    connectors::SourceKind kind = connectors::SourceKind::webhook) {
  config::Problems problems;
  const auto file = std::make_shared<const config::SourceFile>(
      config::SourceFile{"deskd.yaml", std::string(yaml)});
  const auto node = config::parse_yaml(file, problems);
  REQUIRE_MESSAGE(node.has_value(), problems.text());
  config::MapReader reader(*node, problems, "a source");
  auto format = connectors::make_format(name, {kind, reader, problems});
  reader.finish();
  CHECK_MESSAGE(problems.empty(), problems.text());
  REQUIRE(format != nullptr);
  return format;
}

/// A decoded body with everything its alerts are views into.
struct DecodedBody {
  std::unique_ptr<connectors::Batch> batch;
  connectors::Decoded result;

  const std::vector<rules::Alert>& alerts() const { return batch->alerts; }
  /// The only alert; fails the test when there is another number of them.
  const rules::Alert& alert() const {
    REQUIRE_MESSAGE(alerts().size() == 1, first_error());
    return alerts().front();
  }
  /// "POINTER: DETAIL" of the first bad thing; empty when all is well.
  std::string first_error() const {
    if (result.fatal) return result.fatal->pointer + ": " + result.fatal->detail;
    if (result.errors.empty()) return "";
    return result.errors.front().pointer + ": " + result.errors.front().detail;
  }
};

inline DecodedBody decode(const connectors::Format& format, std::string_view body) {
  static const rules::SeverityWords words({{"page", rules::Severity::critical}});
  DecodedBody decoded{std::make_unique<connectors::Batch>(std::string(body)), {}};
  decoded.result = format.decode(*decoded.batch, {.severity = &words, .received_at = received_at});
  return decoded;
}

}  // namespace deskd::tests
