#include "connectors/snmp/message/message_reader.h"

#include <algorithm>

#include "config/check.h"
#include "config/limits.h"

namespace deskd::connectors {
namespace {

using ber::Read;
using ber::Reader;

// The versions as they are sent (RFC 3584, section 1; RFC 3412, section 6.1).
constexpr std::int32_t version_1 = 0;
constexpr std::int32_t version_2c = 1;
constexpr std::int32_t version_3 = 3;
constexpr std::int32_t user_security_model = 3;  // RFC 3411, section 5

constexpr std::uint8_t auth_flag = 1;
constexpr std::uint8_t priv_flag = 2;
constexpr std::uint8_t reportable_flag = 4;

constexpr std::size_t context_bytes_max = 255;  // RFC 3411, section 5: SnmpAdminString
constexpr std::int32_t size_max_least = 484;    // RFC 3412, section 6.3

Read<void> read_global_data(std::string_view content, V3Head& head) {
  constexpr std::string_view bad = "has no header of version 3";
  Reader reader(content);
  const auto message_id = reader.next_integer(bad);
  if (!message_id) return std::unexpected(message_id.error());
  const auto size_max = reader.next_integer(bad);
  if (!size_max) return std::unexpected(size_max.error());
  const auto flags = reader.next(ber::octets, bad);
  if (!flags) return std::unexpected(flags.error());
  const auto model = reader.next_integer(bad);
  if (!model) return std::unexpected(model.error());
  if (*message_id < 0 || *size_max < size_max_least || flags->size() != 1) {
    return std::unexpected("has a header of version 3 out of its ranges");
  }
  if (*model != user_security_model) return std::unexpected("has another security model than USM");
  const auto bits = static_cast<std::uint8_t>(flags->front());
  head.message_id = *message_id;
  head.size_max = *size_max;
  head.has_auth = (bits & auth_flag) != 0;
  head.has_priv = (bits & priv_flag) != 0;
  head.is_reportable = (bits & reportable_flag) != 0;
  if (head.has_priv && !head.has_auth) return std::unexpected("has privacy without a digest");
  return {};
}

Read<void> read_security_parameters(std::string_view content, V3Head& head) {
  constexpr std::string_view bad = "has no security parameters of USM";
  Reader outer(content);
  const auto inner = outer.next(ber::sequence, bad);
  if (!inner) return std::unexpected(inner.error());
  Reader reader(*inner);
  const auto engine_id = reader.next(ber::octets, bad);
  if (!engine_id) return std::unexpected(engine_id.error());
  const auto boots = reader.next_integer(bad);
  if (!boots) return std::unexpected(boots.error());
  const auto time = reader.next_integer(bad);
  if (!time) return std::unexpected(time.error());
  const auto user = reader.next(ber::octets, bad);
  if (!user) return std::unexpected(user.error());
  const auto digest = reader.next(ber::octets, bad);
  if (!digest) return std::unexpected(digest.error());
  const auto salt = reader.next(ber::octets, bad);
  if (!salt) return std::unexpected(salt.error());
  if (*boots < 0 || *time < 0 || engine_id->size() > limits::snmp_engine_id_bytes_max ||
      user->size() > limits::snmp_user_bytes_max) {
    return std::unexpected("has security parameters out of their ranges");
  }
  head.engine_id = *engine_id;
  head.boots = static_cast<std::uint32_t>(*boots);
  head.time = static_cast<std::uint32_t>(*time);
  head.user = *user;
  head.digest = *digest;
  head.salt = *salt;
  return {};
}

Read<void> read_v3(Reader& reader, Message& message) {
  const auto global = reader.next(ber::sequence, "has no header of version 3");
  if (!global) return std::unexpected(global.error());
  if (const auto read = read_global_data(*global, message.v3); !read) return read;
  const auto security = reader.next(ber::octets, "has no security parameters");
  if (!security) return std::unexpected(security.error());
  if (const auto read = read_security_parameters(*security, message.v3); !read) return read;
  message.scoped_pdu = reader.rest();
  if (!message.v3.has_priv) return {};
  const auto ciphertext = reader.next(ber::octets, "has no ciphertext where its flags say so");
  if (!ciphertext) return std::unexpected(ciphertext.error());
  message.scoped_pdu = *ciphertext;
  return {};
}

}  // namespace

Read<Message> read_message(std::string_view datagram) {
  Reader outer(datagram);
  const auto content = outer.next(ber::sequence, "is no SEQUENCE");
  if (!content) return std::unexpected(content.error());
  Message message;
  message.whole = datagram.substr(0, datagram.size() - outer.rest().size());
  Reader reader(*content);
  const auto version = reader.next_integer("has no version");
  if (!version) return std::unexpected(version.error());
  if (*version == version_3) {
    message.version = SnmpVersion::v3;
    if (const auto read = read_v3(reader, message); !read) return std::unexpected(read.error());
    return message;
  }
  if (*version != version_1 && *version != version_2c) {
    return std::unexpected("has a version that is none of 1, 2c and 3");
  }
  message.version = *version == version_1 ? SnmpVersion::v1 : SnmpVersion::v2c;
  const auto community = reader.next(ber::octets, "has no community");
  if (!community) return std::unexpected(community.error());
  message.community = *community;
  message.pdu = reader.rest();
  return message;
}

Read<ScopedPdu> read_scoped_pdu(std::string_view bytes) {
  constexpr std::string_view bad = "has no scoped PDU";
  Reader outer(bytes);
  const auto content = outer.next(ber::sequence, bad);
  if (!content) return std::unexpected(content.error());
  Reader reader(*content);
  const auto engine_id = reader.next(ber::octets, bad);
  if (!engine_id) return std::unexpected(engine_id.error());
  const auto context = reader.next(ber::octets, bad);
  if (!context) return std::unexpected(context.error());
  if (engine_id->size() > limits::snmp_engine_id_bytes_max) {
    return std::unexpected("has too long a context engine id");
  }
  if (context->size() > context_bytes_max) return std::unexpected("has too long a context name");
  return ScopedPdu{.engine_id = *engine_id, .context = *context, .pdu = reader.rest()};
}

std::int32_t request_id_of(std::string_view pdu) {
  const auto element = Reader(pdu).next();
  if (!element || element->tag == v1_trap_pdu) return 0;
  return Reader(element->content).next_integer({}).value_or(0);
}

// An OID of n octets has at most n + 1 sub-identifiers, and its tag and length are octets too.
PduReader::PduReader()
    : sub_ids_(std::make_unique_for_overwrite<std::uint32_t[]>(limits::datagram_bytes_max)) {}

Read<Pdu> PduReader::read(std::string_view bytes) {
  DESKD_CHECK(bytes.size() <= limits::datagram_bytes_max);
  sub_ids_used_ = 0;
  varbinds_.clear();
  Pdu pdu;
  const auto element = Reader(bytes).next();
  if (!element) return std::unexpected(element.error());
  pdu.tag = element->tag;
  if (pdu.tag != v1_trap_pdu && pdu.tag != trap_pdu && pdu.tag != inform_pdu) {
    return std::unexpected("is no notification");
  }
  Reader reader(element->content);
  if (pdu.tag == v1_trap_pdu) {
    if (const auto read = read_v1_head(reader, pdu.v1); !read) return std::unexpected(read.error());
  } else {
    constexpr std::string_view bad = "has no request-id, error-status and error-index";
    const auto request_id = reader.next_integer(bad);
    if (!request_id) return std::unexpected(request_id.error());
    pdu.request_id = *request_id;
    for (int i = 0; i < 2; ++i) {
      const auto unused = reader.next_integer(bad);
      if (!unused) return std::unexpected(unused.error());
    }
  }
  const auto list = reader.next(ber::sequence, "has no list of varbinds");
  if (!list) return std::unexpected(list.error());
  if (!reader.empty()) return std::unexpected("has something behind its varbinds");
  if (const auto read = read_varbinds(*list); !read) return std::unexpected(read.error());
  pdu.varbinds = varbinds_;
  return pdu;
}

Read<void> PduReader::read_v1_head(Reader& reader, V1Head& head) {
  constexpr std::string_view bad = "has no head of a version 1 trap";
  const auto enterprise = reader.next(ber::oid, bad);
  if (!enterprise) return std::unexpected(enterprise.error());
  const auto oid = take_oid(*enterprise);
  if (!oid) return std::unexpected(oid.error());
  const auto agent = reader.next(ber::ip_address, bad);
  if (!agent) return std::unexpected(agent.error());
  const auto generic = reader.next_integer(bad);
  if (!generic) return std::unexpected(generic.error());
  const auto specific = reader.next_integer(bad);
  if (!specific) return std::unexpected(specific.error());
  const auto time_stamp = reader.next(ber::time_ticks, bad);
  if (!time_stamp) return std::unexpected(time_stamp.error());
  const auto ticks = ber::to_unsigned(*time_stamp);
  if (!ticks) return std::unexpected(ticks.error());
  head.enterprise = *oid;
  // Agents of IPv6 have no address for this field, and some leave it empty.
  if (agent->size() == head.agent_address.size()) {
    std::ranges::copy(*agent, head.agent_address.begin());
  }
  head.generic = *generic;
  head.specific = *specific;
  head.time_stamp = *ticks;
  return {};
}

Read<void> PduReader::read_varbinds(std::string_view list) {
  Reader reader(list);
  while (!reader.empty()) {
    const auto pair = reader.next(ber::sequence, "has a varbind that is no SEQUENCE");
    if (!pair) return std::unexpected(pair.error());
    Reader both(*pair);
    const auto name = both.next(ber::oid, "has a varbind without an OID");
    if (!name) return std::unexpected(name.error());
    const auto oid = take_oid(*name);
    if (!oid) return std::unexpected(oid.error());
    const auto element = both.next();
    if (!element) return std::unexpected(element.error());
    if (!both.empty()) return std::unexpected("has a varbind of more than two parts");
    auto value = value_of(*element);
    if (!value) return std::unexpected(value.error());
    varbinds_.push_back({*oid, *value});
  }
  return {};
}

Read<OidView> PduReader::take_oid(std::string_view content) {
  std::uint32_t* const room = sub_ids_.get() + sub_ids_used_;
  const auto count = ber::to_oid(content, room);
  if (!count) return std::unexpected(count.error());
  sub_ids_used_ += *count;
  return OidView(std::span<const std::uint32_t>(room, *count));
}

Read<Value> PduReader::value_of(const ber::Element& element) {
  const std::string_view content = element.content;
  const auto made = [](const auto& number, auto make) -> Read<Value> {
    if (!number) return std::unexpected(number.error());
    return make(*number);
  };
  switch (element.tag) {
    case ber::integer:
      return made(ber::to_integer(content), [](std::int32_t number) { return Value(number); });
    case ber::counter32:
    case ber::gauge32:
    case ber::uinteger32:
      return made(ber::to_unsigned(content), [](auto number) { return Value(Unsigned32{number}); });
    case ber::time_ticks:
      return made(ber::to_unsigned(content), [](auto number) { return Value(TimeTicks{number}); });
    case ber::counter64:
      return made(ber::to_unsigned64(content),
                  [](auto number) { return Value(Counter64{number}); });
    case ber::oid:
      return made(take_oid(content), [](OidView oid) { return Value(oid); });
    case ber::ip_address: {
      Ipv4 address{};
      if (content.size() != address.size()) return Value(Octets{content});
      std::ranges::copy(content, address.begin());
      return Value(address);
    }
    case ber::octets:
    case ber::bit_string:
    case ber::nsap_address:
      return Value(Octets{content});
    case ber::opaque:
      return Value(Opaque{content});
    case ber::null:
    case ber::no_such_object:
    case ber::no_such_instance:
    case ber::end_of_mib_view:
      return Value(NoValue{});
    default:
      return std::unexpected("has a value of a type that SNMP doesn't know");
  }
}

}  // namespace deskd::connectors
