#pragma once
// The names that deskd knows by itself: config/snmp/oids.csv, carried in the program so that no
// path to it can be wrong.

#include <memory>
#include <string_view>

#include "connectors/snmp/oid_table.h"

namespace deskd::connectors {

/// Made at the first call, then shared by all; never null. Any thread.
std::shared_ptr<const OidTable> shipped_oid_table();

/// The file's text, as it was when this program was built.
std::string_view shipped_oids();

}  // namespace deskd::connectors
