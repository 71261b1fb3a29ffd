#pragma once
// A trap or inform as it came in, in plain structs: what the receiver fills in, whatever library it
// reads packets with.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "connectors/snmp/oid.h"

namespace deskd::connectors {

/// An IPv4 address in network order, as SMI's IpAddress carries it.
using Ipv4 = std::array<std::uint8_t, 4>;

// The types of RFC 3416, section 3, as far as they show themselves differently.
struct NoValue {  // NULL, noSuchObject, noSuchInstance, endOfMibView
  bool operator==(const NoValue&) const = default;
};
struct Unsigned32 {  // Unsigned32, Gauge32, Counter32
  std::uint32_t number = 0;
  bool operator==(const Unsigned32&) const = default;
};
struct TimeTicks {
  std::uint32_t hundredths = 0;  // of a second
  bool operator==(const TimeTicks&) const = default;
};
struct Counter64 {
  std::uint64_t number = 0;
  bool operator==(const Counter64&) const = default;
};
struct Octets {  // OCTET STRING and BITS
  std::string_view bytes;
  bool operator==(const Octets&) const = default;
};
struct Opaque {
  std::string_view bytes;
  bool operator==(const Opaque&) const = default;
};

using Value = std::variant<NoValue, std::int32_t, Unsigned32, TimeTicks, Counter64, Octets, OidView,
                           Ipv4, Opaque>;

struct Varbind {
  OidView oid;  // at most limits::oid_sub_ids_max, as all OIDs here
  Value value;
};

enum class SnmpVersion : std::uint8_t { v1, v2c, v3 };

/// A view type: what its views point to belongs to the receiver and outlives the reading of the
/// trap only. Made by `map_v1` or `take_head`, which also say what a sender has got wrong.
struct Trap {
  SnmpVersion version = SnmpVersion::v2c;
  std::string_view community;       // v1, v2c: a secret, never shown
  std::string_view user;            // v3
  std::string_view context;         // v3
  std::string_view engine_id;       // v3: the authoritative engine's
  std::string_view sender_address;  // the packet's source as text, without port
  bool agent_is_believed = false;   // the sender is one whose word on the agent's address is taken

  Oid trap_oid;
  Oid enterprise;                       // v1; v2: snmpTrapEnterprise.0, else by RFC 3584, 3.2
  std::optional<Ipv4> agent_address;    // v1; v2: snmpTrapAddress.0. 0.0.0.0 says nothing
  std::optional<std::uint32_t> uptime;  // sysUpTime in hundredths of a second
  std::span<const Varbind> varbinds;    // without those that came before: sysUpTime, snmpTrapOID
};

}  // namespace deskd::connectors
