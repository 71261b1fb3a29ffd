#pragma once
// Which modules a MIB file has, before any of it is parsed: the parser sees only the first.

#include <string>
#include <vector>

namespace deskd::connectors {

/// The word before each DEFINITIONS that stands in no comment, in the file's order. Empty when the
/// file can't be read.
std::vector<std::string> module_names(const std::string& path);

}  // namespace deskd::connectors
