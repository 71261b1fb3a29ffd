#pragma once
// OID tables as text: config/snmp/oids.csv, which people write, and what MIB folders give. The
// columns are explained in the README of this folder.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/problems.h"
#include "connectors/snmp/oid_definition.h"

namespace deskd::connectors {

/// Comma-separated, a definition a line; lines that begin with # and empty ones are skipped. A
/// field with commas stands in double quotes (RFC 4180, without line ends inside). Every mistake is
/// a problem with line and column; what has none is returned.
std::vector<OidDefinition> read_oid_csv(const std::shared_ptr<const config::SourceFile>& file,
                                        config::Problems& problems);

/// As `read_oid_csv` reads it, which finds no mistake in definitions whose names and hints have the
/// form that is_oid_name and display_hint.h ask for.
std::string write_oid_csv(std::span<const OidDefinition> definitions);

/// Letters, digits, hyphens and underscores, a letter first, and not too long.
bool is_oid_name(std::string_view text);

}  // namespace deskd::connectors
