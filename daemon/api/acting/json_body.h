#pragma once
// Strict reading of the JSON that a person sends: every key is either asked for, or refused with
// the nearest known name.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/format/json_tree.h"
#include "connectors/webhook/http_message.h"
#include "rules/time.h"

namespace deskd::api {

/// Reads the keys of one body. Ask for every known one, then for `fault`. The first mistake is
/// kept. To be used on the thread that made it, while the request lives.
///
///   auto body = JsonBody::parse(request);
///   const auto title = body->line("title", limits::title_bytes_max);
///   if (auto fault = body->fault()) return respond(std::move(*fault));
class JsonBody {
 public:
  /// An empty body is an object without keys. Errors are 400, 413 and 415.
  static std::expected<JsonBody, connectors::HttpAnswer> parse(
      const connectors::HttpRequest& request);

  /// A text of any kind, also an empty one, of at most limits::note_bytes_max bytes (413).
  std::optional<std::string> text(std::string_view key);
  /// A name or a title: not empty, no control characters.
  std::optional<std::string> line(std::string_view key, std::size_t bytes_max);
  /// The index of the key's text in `words`.
  std::optional<std::size_t> word(std::string_view key, std::span<const std::string_view> words);
  std::optional<bool> flag(std::string_view key);
  std::optional<rules::Time> time(std::string_view key);  // RFC 3339, not the unknown one
  const connectors::JsonNode* list(std::string_view key);
  const connectors::JsonNode* object(std::string_view key);

  /// A mistake that only the caller can see: one sentence.
  void refuse(std::string detail, std::uint16_t status = 400);
  std::optional<connectors::HttpAnswer> fault();

 private:
  struct Fault {
    std::uint16_t status = 400;
    std::string detail;
  };

  explicit JsonBody(std::unique_ptr<std::pmr::monotonic_buffer_resource> arena)
      : arena_(std::move(arena)) {}
  const connectors::JsonNode* find(std::string_view key);
  const connectors::JsonNode* find(std::string_view key, connectors::JsonKind kind);

  std::unique_ptr<std::pmr::monotonic_buffer_resource> arena_;  // of unescaped texts
  std::optional<connectors::JsonTree> tree_;                    // none: the body is empty
  std::vector<std::string_view> known_;
  std::optional<Fault> fault_;
};

}  // namespace deskd::api
