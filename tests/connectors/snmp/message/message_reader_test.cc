#include "connectors/snmp/message/message_reader.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "config/limits.h"
#include "tests/connectors/snmp/message/sent_message.h"

using namespace deskd;
using namespace deskd::connectors;
using namespace std::string_literals;

namespace {

/// What is wrong with a datagram of version 1 or 2c; empty when it can be read to its end.
std::string fault(std::string_view datagram) {
  static PduReader reader;
  const auto message = read_message(datagram);
  if (!message) return std::string(message.error());
  const auto pdu = reader.read(message->pdu);
  return pdu ? std::string() : std::string(pdu.error());
}

std::string with_value(std::string_view value) {
  return message_of(pdu_of(trap_pdu, varbind(if_index_oid, value)));
}

std::string v1_trap(std::string_view agent = "\x0a\x00\x00\x01") {
  const std::string head = ber::element(ber::oid, short_oid({0x2b, 6, 1, 4, 1, 9})) +
                           ber::element(ber::ip_address, agent) + ber::integer_element(6) +
                           ber::integer_element(17) + ber::integer_element(42, ber::time_ticks);
  return message_of(ber::element(v1_trap_pdu, head + ber::element(ber::sequence, "")), "public", 0);
}

}  // namespace

TEST_CASE("a trap of version 2c is taken apart") {
  const std::string datagram = link_down_trap("c0mmunity");
  const auto message = read_message(datagram);
  REQUIRE(message);
  CHECK(message->version == SnmpVersion::v2c);
  CHECK(message->community == "c0mmunity");
  PduReader reader;
  const auto pdu = reader.read(message->pdu);
  REQUIRE(pdu);
  CHECK(pdu->tag == trap_pdu);
  CHECK(pdu->request_id == 7);
  REQUIRE(pdu->varbinds.size() == 3);
  CHECK(std::get<TimeTicks>(pdu->varbinds[0].value).hundredths == 12'345);
  CHECK(std::get<std::int32_t>(pdu->varbinds[2].value) == 3);
  OidText text;
  CHECK(print(pdu->varbinds[2].oid, text) == "1.3.6.1.2.1.2.2.1.1.3");
}

TEST_CASE("a trap of version 1 is taken apart, also without an address") {
  for (const std::string& agent : {"\x0a\x00\x00\x01"s, ""s}) {
    CAPTURE(agent.size());
    const std::string datagram = v1_trap(agent);
    const auto message = read_message(datagram);
    REQUIRE(message);
    CHECK(message->version == SnmpVersion::v1);
    PduReader reader;
    const auto pdu = reader.read(message->pdu);
    REQUIRE(pdu);
    CHECK(pdu->v1.generic == 6);
    CHECK(pdu->v1.specific == 17);
    CHECK(pdu->v1.time_stamp == 42);
    CHECK(pdu->v1.agent_address[0] == (agent.empty() ? 0 : 10));
  }
}

TEST_CASE("every type of value") {
  struct Row {
    const char* name;
    std::string element;
    Value value;
  };
  const Row rows[] = {
      {"INTEGER", ber::integer_element(-7), std::int32_t{-7}},
      {"Counter32", ber::integer_element(7, ber::counter32), Unsigned32{7}},
      {"Gauge32", "\x42\x05\x00\xff\xff\xff\xff"s, Unsigned32{0xFFFF'FFFF}},
      {"TimeTicks", ber::integer_element(7, ber::time_ticks), TimeTicks{7}},
      {"Counter64", "\x46\x09\x00\xff\xff\xff\xff\xff\xff\xff\xff"s, Counter64{~0ull}},
      {"OCTET STRING", ber::element(ber::octets, "abc"), Octets{"abc"}},
      {"IpAddress", ber::element(ber::ip_address, "\x0a\x00\x00\x07"s), Ipv4{10, 0, 0, 7}},
      {"IpAddress of 16 octets", ber::element(ber::ip_address, "0123456789abcdef"),
       Octets{"0123456789abcdef"}},
      {"Opaque", ber::element(ber::opaque, "\x9f\x78\x04"s), Opaque{"\x9f\x78\x04"}},
      {"NULL", "\x05\x00"s, NoValue{}},
      {"noSuchInstance", "\x81\x00"s, NoValue{}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    PduReader reader;
    const std::string datagram = with_value(row.element);
    const auto message = read_message(datagram);
    REQUIRE(message);
    const auto pdu = reader.read(message->pdu);
    REQUIRE(pdu);
    CHECK(pdu->varbinds.back().value == row.value);
  }
}

TEST_CASE("what is wrong is said") {
  const std::string good = link_down_trap();
  const std::string long_oid = "\x2b"s + std::string(200, '\1');
  struct Row {
    const char* name;
    std::string datagram;
    std::string_view error;
  };
  const Row rows[] = {
      {"empty", "", "ends before an element"},
      {"text", "hello", "has a length that goes past its end"},
      {"cut off", good.substr(0, good.size() - 1), "has a length that goes past its end"},
      {"length - 1",
       [&] {
         auto s = good;
         --s[1];
         return s;
       }(),
       "has a length that goes past its end"},
      {"length + 1",
       [&] {
         auto s = good;
         ++s[1];
         return s;
       }(),
       "has a length that goes past its end"},
      {"indefinite length", "\x30\x80"s + good.substr(2) + "\0\0"s, "has an indefinite length"},
      {"version 7", message_of("", "public", 7), "has a version that is none of 1, 2c and 3"},
      {"no PDU", message_of(""), "ends before an element"},
      {"a get", message_of(pdu_of(get_pdu, "")), "is no notification"},
      {"integer of nine octets", with_value("\x02\x09"s + std::string(9, '\1')),
       "has an integer that doesn't fit into 32 bits"},
      {"sub-identifier over 2^32", with_value("\x06\x06\x2b\xff\xff\xff\xff\x7f"s),
       "has a sub-identifier over 4294967295"},
      {"OID too long", with_value(ber::element(ber::oid, long_oid)),
       "has an OID of more than 128 sub-identifiers"},
      {"unknown type", with_value("\x09\x01\x00"s), "has a value of a type that SNMP doesn't know"},
      {"a varbind of three", with_value("\x05\x00\x05\x00"s),
       "has a varbind of more than two parts"},
      {"a varbind without value", with_value(""), "ends before an element"},
  };
  CHECK(fault(good) == "");
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(fault(row.datagram) == row.error);
  }
}

TEST_CASE("what stands behind a message is not part of it") {
  const std::string datagram = link_down_trap() + "\0\0\0"s;
  const auto message = read_message(datagram);
  REQUIRE(message);
  CHECK(message->whole == link_down_trap());
  CHECK(fault(datagram) == "");
}

TEST_CASE("the largest and the most nested datagrams") {
  std::string nested;
  for (int i = 0; i < 1'000; ++i) nested = ber::element(ber::sequence, nested);
  CHECK(fault(nested) == "has no version");
  CHECK(fault(with_value(nested)) == "has a value of a type that SNMP doesn't know");

  constexpr std::size_t udp_max = 65'507;
  std::string varbinds;
  const std::string smallest = varbind("", "\x05\x00"s);
  while (varbinds.size() < udp_max - 200) varbinds += smallest;
  const std::string many = message_of(pdu_of(trap_pdu, varbinds));
  CHECK(many.size() <= udp_max);
  CHECK(fault(many) == "");
  CHECK(fault(std::string(udp_max, '\xff')) != "");
  CHECK(fault(std::string(udp_max, '\x30')) != "");
}

TEST_CASE("a version 3 header is checked") {
  const auto v3 = [](int id, int size, std::string_view flags, int model, std::string_view engine,
                     std::string_view user) {
    const std::string global = ber::element(
        ber::sequence, ber::integer_element(id) + ber::integer_element(size) +
                           ber::element(ber::octets, flags) + ber::integer_element(model));
    const std::string security = ber::element(
        ber::sequence, ber::element(ber::octets, engine) + ber::integer_element(3) +
                           ber::integer_element(4) + ber::element(ber::octets, user) +
                           ber::element(ber::octets, "") + ber::element(ber::octets, ""));
    return ber::element(ber::sequence, ber::integer_element(3) + global +
                                           ber::element(ber::octets, security) + "\x30\x00"s);
  };
  const std::string good = v3(9, 1'500, "\x04", 3, "engine", "noc");
  const auto message = read_message(good);
  REQUIRE(message);
  CHECK(message->version == SnmpVersion::v3);
  CHECK(message->v3.message_id == 9);
  CHECK(message->v3.is_reportable);
  CHECK_FALSE(message->v3.has_auth);
  CHECK(message->v3.engine_id == "engine");
  CHECK(message->v3.boots == 3);
  CHECK(message->v3.time == 4);
  CHECK(message->v3.user == "noc");
  CHECK(message->scoped_pdu == "\x30\x00"s);

  CHECK_FALSE(read_message(v3(-1, 1'500, "\x04", 3, "engine", "noc")));
  CHECK_FALSE(read_message(v3(9, 483, "\x04", 3, "engine", "noc")));
  CHECK_FALSE(read_message(v3(9, 1'500, "", 3, "engine", "noc")));
  CHECK_FALSE(read_message(v3(9, 1'500, "\x04\x04", 3, "engine", "noc")));
  CHECK_FALSE(read_message(v3(9, 1'500, "\x02", 3, "engine", "noc")));  // privacy alone
  CHECK_FALSE(read_message(v3(9, 1'500, "\x04", 2, "engine", "noc")));
  CHECK_FALSE(read_message(v3(9, 1'500, "\x04", 3, std::string(33, 'e'), "noc")));
  CHECK_FALSE(read_message(v3(9, 1'500, "\x04", 3, "engine", std::string(33, 'n'))));
  CHECK_FALSE(read_message(v3(9, 1'500, "\x03", 3, "engine", "noc")));  // no ciphertext
}

TEST_CASE("no change of a few octets is read outside of the datagram") {
  std::mt19937 random(20'261'122);
  const std::string good = link_down_trap();
  std::size_t read = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string changed = good;
    for (int k = random() % 4; k >= 0; --k) {
      changed[random() % changed.size()] = static_cast<char>(random());
    }
    if (random() % 4 == 0) changed.resize(random() % changed.size());
    // A block of its own size, so that a sanitizer sees a look past its end.
    const std::vector<char> exact(changed.begin(), changed.end());
    if (fault({exact.data(), exact.size()}).empty()) ++read;
  }
  CHECK(read > 1'000);
  CHECK(read < 150'000);
}

TEST_CASE("no part of a scoped PDU is longer than RFC 3411 has it") {
  const auto scoped = [](std::size_t engine_id, std::size_t context) {
    return ber::element(ber::sequence, ber::element(ber::octets, std::string(engine_id, 'e')) +
                                           ber::element(ber::octets, std::string(context, 'c')) +
                                           "pdu");
  };
  const auto longest = scoped(32, 255);
  REQUIRE(read_scoped_pdu(longest));
  CHECK(read_scoped_pdu(longest)->engine_id.size() == 32);
  CHECK(read_scoped_pdu(scoped(33, 0)).error() == "has too long a context engine id");
  CHECK(read_scoped_pdu(scoped(0, 256)).error() == "has too long a context name");
}
