#include "connectors/snmp/notification.h"

#include <array>
#include <cstddef>

namespace deskd::connectors {
namespace {

template <std::size_t size>
constexpr OidView view(const std::array<std::uint32_t, size>& sub_ids) {
  return OidView(std::span<const std::uint32_t>(sub_ids));
}

// SNMPv2-MIB (RFC 3418)
constexpr auto sys_up_time = std::to_array<std::uint32_t>({1, 3, 6, 1, 2, 1, 1, 3, 0});
constexpr auto snmp_trap_oid = std::to_array<std::uint32_t>({1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0});
constexpr auto snmp_trap_enterprise =
    std::to_array<std::uint32_t>({1, 3, 6, 1, 6, 3, 1, 1, 4, 3, 0});
constexpr auto snmp_traps = std::to_array<std::uint32_t>({1, 3, 6, 1, 6, 3, 1, 1, 5});
// SNMP-COMMUNITY-MIB (RFC 3584)
constexpr auto snmp_community_name =
    std::to_array<std::uint32_t>({1, 3, 6, 1, 6, 3, 18, 1, 1, 1, 2});
constexpr auto snmp_trap_address = std::to_array<std::uint32_t>({1, 3, 6, 1, 6, 3, 18, 1, 3, 0});
constexpr auto snmp_trap_community = std::to_array<std::uint32_t>({1, 3, 6, 1, 6, 3, 18, 1, 4});
// RMON-MIB (RFC 2819), eventCommunity: what its traps are sent with
constexpr auto event_community = std::to_array<std::uint32_t>({1, 3, 6, 1, 2, 1, 16, 9, 1, 1, 4});

constexpr std::int64_t generic_last = 5;
constexpr std::int64_t enterprise_specific = 6;
constexpr std::int64_t sub_id_max = 0xFFFF'FFFF;

/// RFC 3584, section 3.2 (1): what the enterprise of a version 2 trap would be in version 1.
Oid enterprise_of(OidView trap_oid) {
  if (trap_oid.is_under(view(snmp_traps))) return Oid(view(snmp_traps));
  const std::size_t size = trap_oid.size();
  if (size < 2) return {};
  return Oid(trap_oid.first(trap_oid[size - 2] == 0 ? size - 2 : size - 1));
}

void take_proxy_note(const Varbind& varbind, Trap& trap) {
  if (varbind.oid == view(snmp_trap_address)) {
    if (const auto* address = std::get_if<Ipv4>(&varbind.value)) trap.agent_address = *address;
  }
  if (varbind.oid == view(snmp_trap_enterprise)) {
    const auto* enterprise = std::get_if<OidView>(&varbind.value);
    if (enterprise != nullptr && !enterprise->empty()) trap.enterprise = Oid(*enterprise);
  }
}

}  // namespace

bool is_proxy_note(OidView oid) {
  return oid == view(snmp_trap_address) || oid == view(snmp_trap_enterprise) ||
         oid.is_under(view(snmp_trap_community)) || oid.is_under(view(snmp_community_name)) ||
         oid.is_under(view(event_community));
}

bool is_agent_start(OidView trap_oid) {
  const OidView top = view(snmp_traps);
  if (trap_oid.size() != top.size() + 1 || !trap_oid.is_under(top)) return false;
  const std::uint32_t which = trap_oid[top.size()];
  return which == 1 || which == 2;
}

std::expected<void, std::string_view> map_v1(const V1Head& head, std::span<const Varbind> varbinds,
                                             Trap& trap) {
  if (head.generic < 0 || head.generic > enterprise_specific) {
    return std::unexpected("generic-trap is not one of 0 to 6");
  }
  trap.enterprise = Oid(head.enterprise);
  if (head.generic <= generic_last) {
    trap.trap_oid = Oid(view(snmp_traps));
    static_cast<void>(trap.trap_oid.append(static_cast<std::uint32_t>(head.generic) + 1));
  } else {
    if (head.enterprise.empty()) return std::unexpected("the enterprise is empty");
    if (head.specific < 0 || head.specific > sub_id_max) {
      return std::unexpected("specific-trap is no number from 0 to 4294967295");
    }
    trap.trap_oid = trap.enterprise;
    if (!trap.trap_oid.append(0) ||
        !trap.trap_oid.append(static_cast<std::uint32_t>(head.specific))) {
      return std::unexpected("the enterprise has no room for a trap below it");
    }
  }
  trap.agent_address = head.agent_address;
  trap.uptime = head.time_stamp;
  trap.varbinds = varbinds;
  return {};
}

std::expected<void, std::string_view> take_head(std::span<const Varbind> varbinds, Trap& trap) {
  trap.uptime = std::nullopt;
  if (!varbinds.empty() && varbinds.front().oid == view(sys_up_time)) {
    const auto* ticks = std::get_if<TimeTicks>(&varbinds.front().value);
    if (ticks == nullptr) return std::unexpected("sysUpTime.0 is no TimeTicks");
    trap.uptime = ticks->hundredths;
    varbinds = varbinds.subspan(1);
  }
  if (varbinds.empty() || varbinds.front().oid != view(snmp_trap_oid)) {
    return std::unexpected("snmpTrapOID.0 is not where it belongs");
  }
  const auto* trap_oid = std::get_if<OidView>(&varbinds.front().value);
  if (trap_oid == nullptr || trap_oid->empty()) {
    return std::unexpected("snmpTrapOID.0 is no object identifier");
  }
  trap.trap_oid = Oid(*trap_oid);
  trap.enterprise = enterprise_of(*trap_oid);
  trap.agent_address = std::nullopt;
  trap.varbinds = varbinds.subspan(1);
  for (const Varbind& varbind : trap.varbinds) take_proxy_note(varbind, trap);
  return {};
}

}  // namespace deskd::connectors
