#pragma once
// What a source of kind snmp has of its own: where it listens, whom it believes, its users.

#include <memory>
#include <string>

#include "config/reader.h"
#include "connectors/snmp/mibs/mib_names.h"
#include "connectors/snmp/snmp_settings.h"
#include "daemon/setup/unique_names.h"

namespace deskd::daemon {

struct SnmpPlan {
  const std::string& folder;  // where paths stand relative to
  connectors::MibReader& mibs;
  UniqueNames& taken;  // the addresses of the sources before
};

/// Reads `listen`, `communities`, `level`, `networks`, `trust_agent_address`, `engine_id`, `mibs`,
/// `per_sender` and `users` of a source, and the MIB folders, whose problems are warnings. Nothing
/// when there was a mistake.
std::shared_ptr<const connectors::SnmpSettings> read_snmp(config::MapReader& source,
                                                          const SnmpPlan& plan,
                                                          config::Problems& problems);

}  // namespace deskd::daemon
