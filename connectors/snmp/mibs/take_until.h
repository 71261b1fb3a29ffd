#pragma once
// Taking a line, or a message, apart from its beginning.

#include <optional>
#include <string_view>

namespace deskd::connectors {

/// What stands in `text` before the first `mark`; `text` keeps what stands behind. Nothing, and
/// `text` as it was, when it is not there.
inline std::optional<std::string_view> take_until(std::string_view& text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view before = text.substr(0, at);
  text.remove_prefix(at + mark.size());
  return before;
}

}  // namespace deskd::connectors
