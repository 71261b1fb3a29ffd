#pragma once
// From a PDU to what both generations have in common: the form of version 2.

#include <cstdint>
#include <expected>
#include <span>
#include <string_view>

#include "connectors/snmp/trap.h"

namespace deskd::connectors {

/// What a Trap-PDU of version 1 has before its varbinds (RFC 1157, section 4.1.6).
struct V1Head {
  OidView enterprise;
  Ipv4 agent_address{};
  std::int64_t generic = 0;
  std::int64_t specific = 0;
  std::uint32_t time_stamp = 0;
};

/// Fills `trap` by RFC 3584, section 3.1. Fails with a sentence that says what is wrong with the
/// trap; it is one of a few constants.
std::expected<void, std::string_view> map_v1(const V1Head& head, std::span<const Varbind> varbinds,
                                             Trap& trap);

/// Fills `trap` from the varbinds of an SNMPv2-Trap- or InformRequest-PDU (RFC 3416,
/// section 4.2.6): sysUpTime.0, snmpTrapOID.0, then the rest. Agents that leave out sysUpTime.0 are
/// put up with, as net-snmp does; without snmpTrapOID.0 it fails, as `map_v1` does.
std::expected<void, std::string_view> take_head(std::span<const Varbind> varbinds, Trap& trap);

/// snmpTrapAddress.0, snmpTrapCommunity.0 and snmpTrapEnterprise.0, by which proxies tell what only
/// version 1 carries (RFC 3584, section 3.1 (4)), and every other place in which a community
/// stands: not news of the agent, and the community is a secret.
bool is_proxy_note(OidView oid);

/// coldStart and warmStart (RFC 3418, section 2): the agent begins anew, and its sysUpTime with it.
bool is_agent_start(OidView trap_oid);

}  // namespace deskd::connectors
