#pragma once
// Which files of the operator's MIB folders are read, and what is wrong with any of them.

#include <cstdint>
#include <string>
#include <vector>

namespace deskd::connectors {

/// Something that people should know about a MIB file. None of them stops anything.
struct MibProblem {
  std::string file;
  std::uint32_t line = 0;  // 0: the file as a whole
  std::string text;
  bool operator==(const MibProblem&) const = default;
};

struct MibFiles {
  std::vector<std::string> paths;  // folder by folder, in each by name
  std::vector<MibProblem> problems;
};

/// The regular files that stand in `folders` themselves; no hidden ones and no editor's copies
/// (`.x`, `#x#`, `x~`). What exceeds the limits is left out, and a problem.
MibFiles list_mib_files(const std::vector<std::string>& folders);

/// One line: `FILE:LINE: TEXT`, or `FILE: TEXT`. Safe for a terminal.
std::string line_of(const MibProblem& problem);
/// The lines that `line_of` made, in their order.
std::vector<MibProblem> parse_mib_problems(std::string_view lines);

}  // namespace deskd::connectors
