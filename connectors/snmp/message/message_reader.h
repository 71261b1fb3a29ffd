#pragma once
// From the bytes of a datagram to a message, and from the bytes of a PDU to what it carries.

#include <memory>
#include <string_view>
#include <vector>

#include "connectors/snmp/message/ber.h"
#include "connectors/snmp/message/message.h"

namespace deskd::connectors {

/// Takes a datagram apart: RFC 1157, section 4; RFC 1901, section 3; RFC 3412, section 6. What
/// stands behind the message is left alone, as net-snmp does. Fails with what is wrong, to be read
/// after "the message": one of a few constants.
ber::Read<Message> read_message(std::string_view datagram);

/// `bytes`: a message's plain text, deciphered where it was not; octets that filled the cipher's
/// last block may stand behind it.
ber::Read<ScopedPdu> read_scoped_pdu(std::string_view bytes);

/// The request-id of any PDU but version 1's trap; zero when there is none to be found. For reports
/// about messages that can't be read further.
std::int32_t request_id_of(std::string_view pdu);

/// Lives on the SNMP thread, one for many messages: what it returns is good until it is called
/// again. Its memory is bounded by that of a datagram.
class PduReader {
 public:
  PduReader();

  /// A notification: tags v1_trap_pdu, trap_pdu, inform_pdu. Every byte is hostile.
  ber::Read<Pdu> read(std::string_view pdu);

 private:
  ber::Read<OidView> take_oid(std::string_view content);
  ber::Read<Value> value_of(const ber::Element& element);
  ber::Read<void> read_v1_head(ber::Reader& reader, V1Head& head);
  ber::Read<void> read_varbinds(std::string_view list);

  std::unique_ptr<std::uint32_t[]> sub_ids_;  // never moves: views point into it
  std::size_t sub_ids_used_ = 0;
  std::vector<Varbind> varbinds_;
};

}  // namespace deskd::connectors
