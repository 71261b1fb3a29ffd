#pragma once
// Secrets: from a file, the environment or, where a person wants it so, the configuration itself.

#include <optional>
#include <string>
#include <string_view>

#include "config/reader.h"

namespace deskd::config {

/// A text that is never printed and is compared in constant time.
class Secret {
 public:
  explicit Secret(std::string text) : text_(std::move(text)) {}
  /// Takes the same time wherever the first difference stands (compares SHA-256 digests).
  bool equals(std::string_view candidate) const;
  /// For handing it to a library that needs it; never for a log.
  const std::string& reveal() const { return text_; }

 private:
  std::string text_;
};

/// Reads `NAME_file: PATH` (relative to `folder`, last line end removed), `NAME_env: VARIABLE` or
/// `NAME: TEXT`, of which exactly one may stand in the map. None: no problem and nothing; the
/// caller knows whether it is needed.
std::optional<Secret> read_secret(MapReader& reader, const Node& map, std::string_view name,
                                  const std::string& folder, Problems& problems);

}  // namespace deskd::config
