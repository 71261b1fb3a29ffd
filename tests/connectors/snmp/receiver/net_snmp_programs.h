#pragma once
// net-snmp's programs as peers, for tests.

#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/support/temporary_folder.h"

namespace deskd::connectors {

/// Where they may leave what they like; gone with the test program.
inline const std::string& net_snmp_folder() {
  static const test::TemporaryFolder folder;
  return folder.path();
}

/// Runs one of them, without its files of settings and MIBs. True: it is content, which for
/// snmpinform means that it got its response.
inline bool run(std::string_view program, std::string_view arguments) {
  const std::string command =
      fmt::format("MIBS= SNMPCONFPATH={0} SNMP_PERSISTENT_DIR={0} {1} {2} >{0}/output 2>&1",
                  net_snmp_folder(), program, arguments);
  return std::system(command.c_str()) == 0;
}

}  // namespace deskd::connectors
