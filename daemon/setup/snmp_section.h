#pragma once
// What a source of kind snmp has of its own: where it listens, whom it believes, its users.

#include <memory>
#include <string>

#include "config/reader.h"
#include "connectors/snmp/snmp_settings.h"
#include "daemon/setup/unique_names.h"

namespace deskd::daemon {

/// Reads `listen`, `communities`, `level`, `networks`, `trust_agent_address`, `engine_id`, `mibs`,
/// `per_sender` and `users` of a source; paths stand relative to `folder`. `taken` has the
/// addresses of the sources before it. Nothing when there was a mistake.
std::shared_ptr<const connectors::SnmpSettings> read_snmp(config::MapReader& source,
                                                          const std::string& folder,
                                                          UniqueNames& taken,
                                                          config::Problems& problems);

}  // namespace deskd::daemon
