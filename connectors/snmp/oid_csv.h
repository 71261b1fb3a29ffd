#pragma once
// The reader of OID tables that people write: config/snmp/oids.csv. Its columns are explained in
// the README of this folder.

#include <memory>
#include <vector>

#include "config/problems.h"
#include "connectors/snmp/oid_definition.h"

namespace deskd::connectors {

/// Comma-separated, a definition a line; lines that begin with # and empty ones are skipped. A
/// field with commas stands in double quotes (RFC 4180, without line ends inside). Every mistake is
/// a problem with line and column; what has none is returned.
std::vector<OidDefinition> read_oid_csv(const std::shared_ptr<const config::SourceFile>& file,
                                        config::Problems& problems);

}  // namespace deskd::connectors
