#pragma once
// The words of the library that parses MIB modules, as problems with file and line.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/snmp/mibs/mib_files.h"
#include "connectors/snmp/mibs/reading/word_lines.h"

namespace deskd::connectors {

/// Takes the library's log, line by line. Lives while modules are parsed.
class ParserLog {
 public:
  explicit ParserLog(std::vector<MibProblem>& problems) : problems_(problems) {}

  /// A line as the library (net-snmp 5.9, snmplib/parse.c) writes it. What says nothing that
  /// another line does not say, or speaks of a module that deskd carries, is left out.
  void take(std::string_view line);

  /// `name ::= { parent … }` of a module, which hangs on nothing.
  struct Orphan {
    std::string module;
    std::string name;
    std::string parent;
  };
  /// Told by the module's name alone. Those whose parent has been a problem before are among them.
  const std::vector<Orphan>& orphans() const { return orphans_; }

 private:
  void take_orphan(std::string_view rest);
  void add(std::string_view file, std::uint32_t line, std::string text);

  std::vector<MibProblem>& problems_;
  WordLines words_;
  std::vector<Orphan> orphans_;
};

/// What is said of a parent that is not there.
std::string undefined(std::string_view name);

/// The modules that deskd carries have such paths.
bool is_carried_path(std::string_view path);

}  // namespace deskd::connectors
