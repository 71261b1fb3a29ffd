#include "connectors/format/mapping.h"

#include <algorithm>
#include <array>

#include "config/check.h"

namespace deskd::connectors {
namespace {

constexpr std::array<std::string_view, 8> common_firing{
    "firing", "problem", "alerting", "triggered", "open", "active", "raised", "down"};
constexpr std::array<std::string_view, 8> common_resolved{
    "resolved", "ok", "recovery", "recovered", "cleared", "closed", "inactive", "up"};

bool contains(const auto& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return result;
}

}  // namespace

std::string KafkaField::text() const {
  static constexpr std::array<std::string_view, 5> names{"key", "topic", "partition", "offset",
                                                         "timestamp"};
  if (of == Of::header) return "headers." + header;
  return std::string(names[static_cast<std::size_t>(of)]);
}

std::optional<rules::Status> MappedStatus::meaning(std::string_view word) const {
  if (own_words) {
    if (contains(firing, word)) return rules::Status::firing;
    if (contains(resolved, word)) return rules::Status::resolved;
    return std::nullopt;
  }
  constexpr std::size_t longest = 16;
  if (word.size() > longest) return std::nullopt;
  const std::string plain = lower(word);
  if (contains(common_firing, plain)) return rules::Status::firing;
  if (contains(common_resolved, plain)) return rules::Status::resolved;
  return std::nullopt;
}

std::string_view default_mapping_text() {
  return R"(resource: [/resource, /host, /instance]
type: [/type, /alertname, /check]
qualifier: /qualifier
key: [/key, /fingerprint]
status: {at: [/status, /state], default: firing}
severity: /severity
summary: [/summary, /message, /description]
sender: /sender
time: [/time, /timestamp]
labels: {all: /labels}
annotations: {all: /annotations}
)";
}

std::shared_ptr<const Mapping> default_mapping() {
  config::Problems problems;
  const auto file = std::make_shared<const config::SourceFile>(
      config::SourceFile{"default mapping", std::string(default_mapping_text())});
  const auto node = config::parse_yaml(file, problems);
  DESKD_CHECK(node.has_value());
  auto mapping = read_mapping(*node, false, problems);
  DESKD_CHECK(mapping != nullptr);
  return mapping;
}

}  // namespace deskd::connectors
