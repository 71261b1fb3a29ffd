#pragma once
// The modules that others import most, for folders that lack them. They give imports something to
// find, and are never told as definitions.

#include <string>
#include <string_view>
#include <vector>

#include "connectors/snmp/oid_table.h"

namespace deskd::connectors {

struct BaseModule {
  std::string name;
  std::string text;  // SMIv2
};

/// Those of config/snmp/base_modules.mib, and the modules of `shipped`, each with its entries.
std::vector<BaseModule> base_modules(const OidTable& shipped);

/// The text of config/snmp/base_modules.mib, as it was when this program was built.
std::string_view base_modules_text();

}  // namespace deskd::connectors
