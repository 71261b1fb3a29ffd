#pragma once
// How bad: one ladder for all senders.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace deskd::rules {

/// Ordered by rank: a greater one is worse, `unknown` ranks lowest. Numbers of other standards are
/// never compared with these: RFC 3877 and RFC 8632 count in opposite directions.
enum class Severity : std::uint8_t { unknown, info, warning, minor, major, critical };

constexpr std::size_t severity_count = 6;
constexpr std::array<std::string_view, severity_count> severity_names{
    "unknown", "info", "warning", "minor", "major", "critical"};

constexpr std::string_view name(Severity severity) {
  return severity_names[static_cast<std::size_t>(severity)];
}
std::optional<Severity> severity_named(std::string_view name);

/// What a sender's word means: the source's own words first (exact), then the common ones (any
/// case): `fatal`, `P1`, `Sev0`, `DOWN`, `error`, `high` … (FORMATS). A word in neither is
/// `unknown`, which is counted, never dropped.
class SeverityWords {
 public:
  SeverityWords() = default;
  explicit SeverityWords(std::vector<std::pair<std::string, Severity>> own)
      : own_(std::move(own)) {}
  Severity meaning(std::string_view word) const;

 private:
  std::vector<std::pair<std::string, Severity>> own_;
};

}  // namespace deskd::rules
