#pragma once
// What deskd.yaml says of a source of kind snmp. Knows nothing of the library that reads packets.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/secret.h"
#include "rules/network.h"

namespace deskd::connectors {

class OidTable;
using rules::Network;

struct UdpAddress {
  std::string host;  // an address, of IPv6 without brackets
  std::uint16_t port = 0;
  bool operator==(const UdpAddress&) const = default;
};

/// The security levels of RFC 3411, section 3.4.3, the weakest first.
enum class SecurityLevel : std::uint8_t { no_auth_no_priv, auth_no_priv, auth_priv };
constexpr std::array<std::string_view, 3> security_level_names{"noAuthNoPriv", "authNoPriv",
                                                               "authPriv"};
constexpr std::string_view name(SecurityLevel level) {
  return security_level_names[static_cast<std::size_t>(level)];
}
/// RFC 3414 (MD5, SHA-1), RFC 7860 (the others).
enum class AuthProtocol : std::uint8_t { none, md5, sha1, sha224, sha256, sha384, sha512 };
/// RFC 3414 (DES), RFC 3826 (AES-128). AES-192 and AES-256 extend their keys as
/// draft-blumenthal-aes-usm-04 says, or as Cisco's devices do (the way of
/// draft-reeder-snmpv3-usm-3desede-00).
enum class PrivProtocol : std::uint8_t {
  none,
  des,
  aes128,
  aes192,
  aes256,
  aes192_cisco,
  aes256_cisco,
};

/// One name may stand for several users: for each network or engine another password.
struct SnmpUser {
  std::string name;
  std::optional<Network> from;       // who may use it; none: everybody
  std::vector<std::string> engines;  // raw bytes, 5 to 32 each; none: any engine
  AuthProtocol auth = AuthProtocol::none;
  std::optional<config::Secret> auth_password;  // there unless auth is none
  PrivProtocol priv = PrivProtocol::none;       // none if auth is
  std::optional<config::Secret> priv_password;  // there unless priv is none

  SecurityLevel level() const {
    if (auth == AuthProtocol::none) return SecurityLevel::no_auth_no_priv;
    return priv == PrivProtocol::none ? SecurityLevel::auth_no_priv : SecurityLevel::auth_priv;
  }
};

/// Immutable part of a setup. Any thread.
struct SnmpSettings {
  std::vector<UdpAddress> listen;                  // at least one, each once
  std::vector<config::Secret> communities;         // of v1 and v2c; none: neither is taken
  SecurityLevel level = SecurityLevel::auth_priv;  // the least that is taken from v3
  std::vector<Network> networks;                   // who may send; none: everybody
  std::vector<Network> trust_agent_address;        // whose word on the agent's address is taken
  std::string engine_id;                           // raw bytes; empty: auto
  std::vector<std::string> mibs;                   // folders, resolved
  std::uint32_t per_sender = 0;                    // traps a second; 0: no limit
  std::vector<SnmpUser> users;
  std::shared_ptr<const OidTable> names;  // never null in a checked setup
};

}  // namespace deskd::connectors
