#pragma once
// Version 3 messages on their way out: responses and reports.

#include <cstdint>
#include <string>
#include <string_view>

#include "connectors/snmp/usm/engine_users.h"

namespace deskd::connectors::usm {

/// The engine that a message speaks for, and its clock at this moment.
struct EngineNow {
  std::string_view id;
  std::uint32_t boots = 0;
  std::uint32_t time = 0;
};

struct Envelope {
  std::int32_t message_id = 0;
  std::string_view user;
  SecurityLevel level = SecurityLevel::no_auth_no_priv;
  bool is_reportable = false;        // it asks for an answer; those of an engine never do
  const EngineUser* keys = nullptr;  // those at `engine`; null: level is no_auth_no_priv
  EngineNow engine;
  std::uint64_t salt = 0;  // no other message of this engine's boots has it
};

/// RFC 3412, section 6.7: the plain text that a PDU stands in.
std::string scoped_pdu(std::string_view engine_id, std::string_view context, std::string_view pdu);

/// A datagram, enciphered and signed as its level says. Empty when the library can't.
std::string sealed_message(const Envelope& envelope, std::string_view scoped_pdu);

}  // namespace deskd::connectors::usm
