#pragma once
// Secrets: from a file, the environment or, where a person wants it so, the configuration itself.

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "config/reader.h"

namespace deskd::config {

/// SHA-256 of a text. To hash what somebody presents once, and compare it with many secrets.
class SecretDigest {
 public:
  explicit SecretDigest(std::string_view text);
  /// Takes the same time wherever the first difference stands.
  bool equals(const SecretDigest& other) const;

 private:
  std::array<unsigned char, 32> bytes_;
};

/// A text that is never printed and is compared in constant time, by its digest.
class Secret {
 public:
  explicit Secret(std::string text) : text_(std::move(text)), digest_(text_) {}
  bool equals(std::string_view candidate) const { return equals(SecretDigest(candidate)); }
  bool equals(const SecretDigest& candidate) const { return digest_.equals(candidate); }
  /// For handing it to a library that needs it; never for a log.
  const std::string& reveal() const { return text_; }

 private:
  std::string text_;
  SecretDigest digest_;
};

/// Reads `NAME_file: PATH` (relative to `folder`, last line end removed), `NAME_env: VARIABLE` or
/// `NAME: TEXT`, of which exactly one may stand in the map. None: no problem and nothing; the
/// caller knows whether it is needed.
std::optional<Secret> read_secret(MapReader& reader, const Node& map, std::string_view name,
                                  const std::string& folder, Problems& problems);
/// Each part of it alone: the one line of the file that `node` names, the variable that it names.
std::optional<Secret> read_secret_file(const Node& node, const std::string& folder,
                                       Problems& problems);
std::optional<Secret> read_secret_variable(const Node& node, Problems& problems);
/// Where the map says what the secret is: the value of whichever of the three keys it has.
const Node* secret_node(const Node& map, std::string_view name);

}  // namespace deskd::config
