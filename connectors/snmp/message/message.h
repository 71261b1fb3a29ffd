#pragma once
// The parts of an SNMP message as they stand in a datagram, before anything is believed.

#include <cstdint>
#include <span>
#include <string_view>

#include "connectors/snmp/notification.h"
#include "connectors/snmp/trap.h"

namespace deskd::connectors {

/// The PDUs of RFC 3416, section 3, that mean something here.
enum PduTag : std::uint8_t {
  get_pdu = 0xA0,
  response_pdu = 0xA2,
  v1_trap_pdu = 0xA4,
  inform_pdu = 0xA6,
  trap_pdu = 0xA7,
  report_pdu = 0xA8,
};

/// Who vouches for a version 3 message, and how (RFC 3412, section 6; RFC 3414, section 2.4). All
/// of it is a claim until the digest is right.
struct V3Head {
  std::int32_t message_id = 0;
  std::int32_t size_max = 0;
  bool has_auth = false;
  bool has_priv = false;
  bool is_reportable = false;
  std::string_view engine_id;  // the authoritative engine's
  std::uint32_t boots = 0;
  std::uint32_t time = 0;
  std::string_view user;
  std::string_view digest;  // a view into the message, which is computed with zeros in its place
  std::string_view salt;
};

/// A datagram taken apart as far as can be without a key. Views into the datagram.
struct Message {
  SnmpVersion version = SnmpVersion::v2c;
  std::string_view whole;      // without what stands behind it in the datagram
  std::string_view community;  // versions 1 and 2c
  std::string_view pdu;        // versions 1 and 2c: the element with its tag
  V3Head v3;
  std::string_view scoped_pdu;  // version 3: in plain text the SEQUENCE's element, else ciphertext
};

/// What a version 3 PDU belongs to (RFC 3412, section 6.8).
struct ScopedPdu {
  std::string_view engine_id;
  std::string_view context;
  std::string_view pdu;  // the element with its tag
};

/// A notification taken apart; views into the datagram and into its reader.
struct Pdu {
  std::uint8_t tag = 0;  // v1_trap_pdu, trap_pdu or inform_pdu
  std::int32_t request_id = 0;
  V1Head v1;  // of v1_trap_pdu
  std::span<const Varbind> varbinds;
};

}  // namespace deskd::connectors
