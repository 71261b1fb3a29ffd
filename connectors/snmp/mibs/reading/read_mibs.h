#pragma once
// `--read-mibs FOLDER…`: the process that reads MIB folders, so that a file which harms the library
// that parses it harms nothing else.

#include <string>
#include <vector>

namespace deskd::connectors {

/// Writes what the modules of `folders` add to the shipped names to standard output, as
/// read_oid_csv reads it, and problems to standard error, as `line_of` writes them. Then ends the
/// process, whose memory it limits: with 0, also after problems; with 1 when the output could not
/// be written.
[[noreturn]] void read_mibs(const std::vector<std::string>& folders);

}  // namespace deskd::connectors
