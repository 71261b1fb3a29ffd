#pragma once
// The words of the library that parses MIB modules, as problems with file and line.

#include <optional>
#include <string_view>
#include <vector>

#include "connectors/snmp/mibs/mib_files.h"

namespace deskd::connectors {

/// Takes the library's log, line by line. Lives while modules are parsed.
class ParserLog {
 public:
  explicit ParserLog(std::vector<MibProblem>& problems) : problems_(problems) {}

  /// A line as the library (net-snmp 5.9, snmplib/parse.c) writes it. What says nothing that
  /// another line does not say, or speaks of a module that deskd carries, is left out.
  void take(std::string_view line);

 private:
  void add(std::string_view file, std::uint32_t line, std::string text);

  std::vector<MibProblem>& problems_;
};

/// The modules that deskd carries have such paths.
bool is_carried_path(std::string_view path);

/// The first line of the file in which `word` stands, not as a part of a longer one; 0: in none.
std::uint32_t line_with(const std::string& path, std::string_view word);

}  // namespace deskd::connectors
