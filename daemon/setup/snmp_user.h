#pragma once
// One entry of an snmp source's `users`, and what stands in several of its keys.

#include <optional>
#include <string>
#include <vector>

#include "config/reader.h"
#include "connectors/snmp/snmp_settings.h"

namespace deskd::daemon {

/// `{name, from, engines, auth: {protocol, password_file}, priv: {protocol, password_file}}`.
/// Nothing when there was a mistake.
std::optional<connectors::SnmpUser> read_snmp_user(const config::Node& node,
                                                   const std::string& folder,
                                                   config::Problems& problems);

/// `10.0.0.0/8`.
std::optional<connectors::Network> read_network(const config::Node& node,
                                                config::Problems& problems);
/// An engine id (RFC 3411, section 5: 5 to 32 octets, neither all 0 nor all 255), written in
/// hexadecimal, with or without `0x`, colons and spaces. As bytes.
std::optional<std::string> read_engine_id(const config::Node& node, config::Problems& problems);

}  // namespace deskd::daemon
