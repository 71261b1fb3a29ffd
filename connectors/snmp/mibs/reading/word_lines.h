#pragma once
// Where in a MIB file a word stands, for problems that come without a line.

#include <cstdint>
#include <string>
#include <unordered_map>

namespace deskd::connectors {

/// Reads a file at the first question about it, and forgets the one before: questions come file by
/// file.
class WordLines {
 public:
  /// The first line with `word`, whole; 0: none, or the file can't be read.
  std::uint32_t find(const std::string& path, const std::string& word);

 private:
  void read();

  std::string path_;
  std::unordered_map<std::string, std::uint32_t> lines_;
};

}  // namespace deskd::connectors
