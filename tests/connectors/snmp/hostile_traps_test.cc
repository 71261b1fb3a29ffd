#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "config/encoding.h"
#include "tests/connectors/snmp/sent_trap.h"

using namespace deskd;
using namespace deskd::connectors;
namespace limits = deskd::limits;

namespace {

/// What holds for every alert, whatever was sent.
void check_bounds(const rules::Alert& alert) {
  CHECK(alert.labels.size() <= limits::labels_max);
  std::string_view before;
  for (const auto& [name, value] : alert.labels) {
    CAPTURE(name);
    CHECK(before < name);
    before = name;
    CHECK(name.size() <= limits::label_name_bytes_max);
    CHECK_FALSE(value.empty());
    CHECK(value.size() <= limits::text_bytes_max);
    CHECK(config::is_utf8(name));
    CHECK(config::is_utf8(value));
    CHECK(value.find('\0') == std::string_view::npos);
  }
}

std::string dotted(std::string_view top, std::size_t size, std::string_view sub_id) {
  std::string text(top);
  for (std::size_t i = OidView(Oid::parse(top).value()).size(); i < size; ++i) {
    text.append(".").append(sub_id);
  }
  return text;
}

}  // namespace

TEST_CASE("a varbind that is sent twice is taken once") {
  SentTrap sent("1.3.6.1.6.3.1.1.5.3");
  for (int i = 0; i < 5; ++i) sent.add("1.3.6.1.2.1.2.2.1.8.3", i + 1);
  for (int i = 0; i < 3; ++i) sent.add("1.3.6.1.4.1.9.1", i);
  for (int i = 0; i < 3; ++i) sent.add("1.3.6.1.2.1.2.2.1.8.4", i + 1);
  check_bounds(sent.read());
  CHECK(sent.label("ifOperStatus") == "up");
  CHECK(sent.label("1.3.6.1.4.1.9.1") == "0");
  CHECK(sent.label("ifOperStatus.4") == "up");
  CHECK(sent.result.left_out == 8);
}

TEST_CASE("more varbinds than there is room for are left out, the row's index is not") {
  SentTrap sent("1.3.6.1.6.3.1.1.5.3");
  for (int i = 1; i <= 5'000; ++i) {
    sent.add("1.3.6.1.2.1.2.2.1.8." + std::to_string(i), i);
  }
  const rules::Alert& alert = sent.read();
  check_bounds(alert);
  // 8 facts and 2 labels of the index: room for 59 varbinds.
  CHECK(alert.labels.size() == limits::labels_max);
  CHECK(sent.label("ifIndex") == "1");
  CHECK(sent.label("ifOperStatus.59") == "59");
  CHECK(sent.label("ifOperStatus.60") == "");
  CHECK(sent.result.left_out == 5'000 - 59);
}

TEST_CASE("OIDs of 128 sub-identifiers and of none") {
  SentTrap sent(dotted("1.3.6.1.4.1", 128, "4294967295"));
  sent.add(dotted("1.3.6.1.4.1", 128, "4294967295"), 1);
  sent.add(dotted("1.3.6.1.2.1.2.2.1.8", 128, "4294967295"), 2);
  sent.add(dotted("1.3.6.1.2.1.2.2.1.8", 128, "1"), 3);
  sent.varbinds.push_back({OidView(), 4});
  sent.add("1.3.6.1.2.1.2.2.1.8", 5);
  sent.add("0", sent.oid(dotted("1.3", 128, "4294967295")));
  const rules::Alert& alert = sent.read();
  check_bounds(alert);
  CHECK(alert.type == dotted("1.3.6.1.4.1", 128, "4294967295"));
  CHECK(alert.qualifier == dotted("1.3.6.1.2.1.2.2.1.8", 128, "4294967295").substr(20));
  // One name is longer than a label's may be, one is empty, and one column has no instance to tell
  // it from the first.
  CHECK(sent.result.left_out == 3);
  CHECK(sent.label("ifOperStatus") == "down");
  CHECK(sent.label("ifIndex") == "");
}

TEST_CASE("an index that is none leaves the dotted one") {
  for (const char* instance : {"3.4", "10.0.0", "10.0.0.1.2.3", "300.0.0.1"}) {
    CAPTURE(instance);
    SentTrap sent("1.3.6.1.2.1.15.7.1");
    sent.add("1.3.6.1.2.1.15.3.1.2." + std::string(instance), 6);
    CHECK(sent.read().qualifier == instance);
    CHECK(sent.label("snmp_index") == instance);
    CHECK(sent.label("bgpPeerState") == "established");
    CHECK(sent.label("bgpPeerRemoteAddr") == "");
  }
}

TEST_CASE("a column without instance is no row") {
  SentTrap sent("1.3.6.1.6.3.1.1.5.3");
  sent.add("1.3.6.1.2.1.2.2.1.8", 2);
  sent.add("1.3.6.1.2.1.2.2.1.8.9", 1);
  CHECK(sent.read().qualifier == "9");
  CHECK(sent.label("ifOperStatus") == "down");
  CHECK(sent.label("ifOperStatus.9") == "up");
}

TEST_CASE("values that are none make no label") {
  SentTrap sent("1.3.6.1.6.3.1.1.5.3");
  sent.add("1.3.6.1.2.1.2.2.1.8.3", NoValue{}).add("1.3.6.1.2.1.2.2.1.2.3", text(""));
  check_bounds(sent.read());
  CHECK(sent.label("ifOperStatus.raw") == "");
  CHECK(sent.label("ifDescr.raw") == "");
  CHECK(sent.result.left_out == 0);
}

TEST_CASE("values longer than a label may be are left out") {
  const std::string letters(65'507, 'a');
  const std::string octets(65'507, '\x01');
  SentTrap sent("1.3.6.1.6.3.1.1.5.1");
  sent.add("1.3.6.1.2.1.1.1.0", text(letters));
  sent.add("1.3.6.1.2.1.1.5.0", text(octets));
  sent.trap.context = octets;
  check_bounds(sent.read());
  CHECK(sent.label("sysDescr") == letters);
  CHECK(sent.label("sysDescr.raw") == "");
  CHECK(sent.label("sysName") == "");
  CHECK(sent.label("snmp_context") == "");
  CHECK(sent.result.left_out == 3);
}

TEST_CASE("nothing that is sent breaks the bounds") {
  std::mt19937 random(4711);
  const auto any = [&random](std::uint32_t below) {
    return std::uniform_int_distribution<std::uint32_t>(0, below - 1)(random);
  };
  const auto entries = shipped_table().entries();
  std::vector<std::string> strings;
  for (int i = 0; i < 200; ++i) {
    std::string& octets = strings.emplace_back(any(40), '\0');
    for (char& c : octets) c = static_cast<char>(any(any(2) == 0 ? 128 : 256));
  }
  for (int round = 0; round < 500; ++round) {
    SentTrap sent("1.3.6.1.6.3.1.1.5.3");
    std::vector<Oid> oids(any(80) + 1);
    for (Oid& oid : oids) {
      oid = Oid(entries[any(static_cast<std::uint32_t>(entries.size()))].oid());
      for (std::uint32_t more = any(any(10) == 0 ? 140 : 8); more > 0; --more) {
        if (!oid.append(any(3) == 0 ? any(0xFFFF'FFFF) : any(300))) break;
      }
    }
    for (const Oid& oid : oids) {
      const std::string_view octets = strings[any(200)];
      const Value values[] = {static_cast<std::int32_t>(any(20)),
                              Octets{octets},
                              Octets{octets},
                              Opaque{octets},
                              TimeTicks{any(0xFFFF'FFFF)},
                              Unsigned32{any(8)},
                              Counter64{any(9)},
                              OidView(oid),
                              NoValue{},
                              Ipv4{1, 2, 3, 4}};
      sent.varbinds.push_back({oid, values[any(10)]});
    }
    check_bounds(sent.read());
  }
}
