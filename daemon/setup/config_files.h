#pragma once
// The files that one setup is read from.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/yaml.h"

namespace deskd::daemon {

/// Reads files one after the other and remembers each, so that a setup can say what it was made of.
/// Lives while a setup is loaded.
class ConfigFiles {
 public:
  explicit ConfigFiles(config::Problems& problems) : problems_(problems) {}

  /// The document in the file. `named_at` is where another file names it: what can't be opened is a
  /// problem there; nullptr for the first file, which nobody names.
  std::optional<config::Node> read(const std::string& path, const config::Node* named_at);

  std::vector<std::string> names() const;
  /// xxh3-64 over the names and texts of all files in the order of reading, as 16 hex digits.
  /// Secrets don't count, in the open or in files of their own: it is shown, and short ones could
  /// be guessed.
  std::string hash() const;

 private:
  config::Problems& problems_;
  std::vector<std::shared_ptr<const config::SourceFile>> files_;
};

}  // namespace deskd::daemon
