#pragma once
// Where in a file somebody wrote something, so that every mistake can be shown where it stands.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace deskd::config {

/// One file as it was read: its name as shown to people and its whole text. Immutable.
struct SourceFile {
  std::string name;
  std::string text;
};

/// A position in a file. Line and column count from 1, columns in bytes; line 0 means the file as a
/// whole.
struct Place {
  std::shared_ptr<const SourceFile> file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// The text of `line` without its end, however long; empty where there is no such line.
std::string_view whole_line(const SourceFile& file, std::uint32_t line);

/// The same, cut after at most 200 bytes (between two characters).
std::string_view line_text(const SourceFile& file, std::uint32_t line);

}  // namespace deskd::config
