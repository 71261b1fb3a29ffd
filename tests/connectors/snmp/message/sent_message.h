#pragma once
// Messages as agents send them, put together for tests.

#include <initializer_list>
#include <string>
#include <string_view>

#include "connectors/snmp/message/ber.h"
#include "connectors/snmp/message/message.h"

namespace deskd::connectors {

/// The content of an OID whose sub-identifiers are all below 128.
inline std::string short_oid(std::initializer_list<int> sub_ids) {
  std::string content;
  for (const int sub_id : sub_ids) content += static_cast<char>(sub_id);
  return content;  // 1.3 is 0x2b
}

inline std::string varbind(std::string_view oid, std::string_view value) {
  return ber::element(ber::sequence, ber::element(ber::oid, oid) + std::string(value));
}

inline const std::string sys_up_time_oid = short_oid({0x2b, 6, 1, 2, 1, 1, 3, 0});
inline const std::string snmp_trap_oid_oid = short_oid({0x2b, 6, 1, 6, 3, 1, 1, 4, 1, 0});
inline const std::string if_index_oid = short_oid({0x2b, 6, 1, 2, 1, 2, 2, 1, 1, 3});
/// linkDown
inline const std::string link_down = short_oid({0x2b, 6, 1, 6, 3, 1, 1, 5, 3});

inline std::string head_varbinds(std::uint32_t uptime = 12'345) {
  return varbind(sys_up_time_oid, ber::integer_element(uptime, ber::time_ticks)) +
         varbind(snmp_trap_oid_oid, ber::element(ber::oid, link_down));
}

/// A PDU of version 2 with these varbinds behind sysUpTime.0 and snmpTrapOID.0.
inline std::string pdu_of(std::uint8_t tag, std::string_view varbinds, std::int32_t request_id = 7,
                          std::uint32_t uptime = 12'345) {
  return ber::element(
      tag, ber::integer_element(request_id) + ber::integer_element(0) + ber::integer_element(0) +
               ber::element(ber::sequence, head_varbinds(uptime) + std::string(varbinds)));
}

inline std::string message_of(std::string_view pdu, std::string_view community = "public",
                              int version = 1) {
  return ber::element(ber::sequence, ber::integer_element(version) +
                                         ber::element(ber::octets, community) + std::string(pdu));
}

/// A linkDown of interface 3, version 2c.
inline std::string link_down_trap(std::string_view community = "public",
                                  std::uint32_t uptime = 12'345) {
  return message_of(pdu_of(trap_pdu, varbind(if_index_oid, ber::integer_element(3)), 7, uptime),
                    community);
}

inline std::string link_down_inform(std::int32_t request_id,
                                    std::string_view community = "public") {
  return message_of(pdu_of(inform_pdu, varbind(if_index_oid, ber::integer_element(3)), request_id),
                    community);
}

}  // namespace deskd::connectors
