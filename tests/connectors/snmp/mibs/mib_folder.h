#pragma once
// A folder of MIB modules of a test's own, and the real process that reads them.

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "connectors/snmp/mibs/mib_names.h"
#include "tests/support/temporary_folder.h"

namespace deskd::test {

inline connectors::MibNames read_mib_names(const std::vector<std::string>& folders,
                                           const connectors::MibReading& reading) {
  return connectors::MibReader(reading).read(folders);
}

class MibFolder {
 public:
  MibFolder() { std::filesystem::create_directory(path()); }

  std::string path() const { return folder_.path("mibs"); }
  /// Where what was read may be kept.
  std::string kept() const { return folder_.path("kept"); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path() + "/" + name, std::ios::binary) << text;
  }
  /// A module that imports `enterprises` and what else stands in `imports`.
  void write_module(const std::string& name, const std::string& body,
                    const std::string& imports = "") const {
    write(name, name + " DEFINITIONS ::= BEGIN\nIMPORTS enterprises FROM SNMPv2-SMI " + imports +
                    ";\n" + body + "\nEND\n");
  }
  /// One of tests/connectors/snmp/mibs/modules.
  void copy(const std::string& name) const {
    std::filesystem::copy_file(DESKD_ROOT "/tests/connectors/snmp/mibs/modules/" + name,
                               path() + "/" + name);
  }

  connectors::MibReading reading() const {
    return {.program = DESKD_MIB_PROGRAM, .kept_in = kept(), .may_keep = true};
  }
  connectors::MibNames read() const { return read_mib_names({path()}, reading()); }

 private:
  TemporaryFolder folder_;
};

/// A script that stands in for the process.
inline std::string script(const MibFolder& folder, const std::string& body) {
  const std::string path = folder.path() + "/../program";
  std::ofstream(path) << "#!/bin/sh\n" << body << "\n";
  REQUIRE(::chmod(path.c_str(), 0700) == 0);
  return path;
}

/// A line each, without the folder.
inline std::string lines_of(const std::vector<connectors::MibProblem>& problems,
                            const std::string& folder) {
  std::string all;
  for (const connectors::MibProblem& problem : problems) all += line_of(problem) + "\n";
  for (std::size_t at; (at = all.find(folder + "/")) != std::string::npos;) {
    all.erase(at, folder.size() + 1);
  }
  return all;
}

}  // namespace deskd::test
