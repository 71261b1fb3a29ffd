#pragma once
// JSON pointers (RFC 6901), compiled once and resolved on trees.

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/format/json_tree.h"

namespace deskd::connectors {

/// Immutable; any thread.
class JsonPointer {
 public:
  JsonPointer() = default;  // the whole value

  /// Fails with a sentence that says what is wrong with `text`.
  static std::expected<JsonPointer, std::string> compile(std::string_view text);

  /// The value it points to, or nullptr. A list is entered by index (`-` points to nothing).
  const JsonNode* resolve(const JsonNode& from) const;

  struct Step {
    std::string name;
    std::optional<std::size_t> index;  // when the name can be one
  };
  const std::vector<Step>& steps() const { return steps_; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::vector<Step> steps_;
};

/// `name` as one step of a pointer, with its slash and its escapes: "/a~1b".
std::string pointer_step(std::string_view name);

}  // namespace deskd::connectors
