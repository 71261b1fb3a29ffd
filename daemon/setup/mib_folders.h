#pragma once
// A source's `mibs`: the names that its MIB folders give, and what is wrong with them.

#include <memory>
#include <string>
#include <vector>

#include "config/reader.h"
#include "connectors/snmp/mibs/mib_names.h"

namespace deskd::daemon {

/// `folders` are there; `node` is where deskd.yaml names them. A vendor's module is never perfect:
/// whatever is wrong is a warning, and the first of them stand with file and line. Never null.
std::shared_ptr<const connectors::OidTable> read_mib_names(const std::vector<std::string>& folders,
                                                           const config::Node& node,
                                                           connectors::MibReader& reader,
                                                           config::Problems& problems);

}  // namespace deskd::daemon
