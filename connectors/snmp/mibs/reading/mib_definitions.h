#pragma once
// What a tree of MIB nodes adds to the names that deskd ships: definitions that an OidTable takes
// without a mistake.

#include <vector>

#include "connectors/snmp/mibs/reading/mib_tree.h"
#include "connectors/snmp/oid_table.h"

namespace deskd::connectors {

/// One definition for each OID that `shipped` lacks. What it has stays as it is, since rules are
/// written in its names; another name for such an OID is a problem. So is each OID with two names,
/// and each reference to nothing. What a table could not take is left out: a hint or a value's name
/// that is none, the index of a row that can't be decoded.
std::vector<OidDefinition> definitions_of(const MibTree& tree, const OidTable& shipped,
                                          std::vector<MibProblem>& problems);

}  // namespace deskd::connectors
