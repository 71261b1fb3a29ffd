#include "connectors/snmp/value_text.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>

#include "tests/connectors/snmp/sent_trap.h"

using namespace deskd::connectors;
using namespace std::literals;

namespace {

constexpr std::string_view objects =
    "1.3.6.1.1,M,state,object,integer,,,up=1 down=2 odd=-1\n"
    "1.3.6.1.2,M,load,object,integer,d-2,,\n"
    "1.3.6.1.3,M,name,object,octets,255t,,\n"
    "1.3.6.1.4,M,mac,object,octets(6),1x:,,\n"
    "1.3.6.1.5,M,error,object,octets(2),,,\n"
    "1.3.6.1.6,M,blob,object,octets,,,\n"
    "1.3.6.1.7,M,flags,object,bits,,,first=0 second=1 ninth=8\n"
    "1.3.6.1.8,M,date,object,octets,\"2d-1d-1d,1d:1d:1d.1d,1a1d:1d\",,\n"
    "1.3.6.1.9,M,inet,object,inetaddress,,,\n"
    "1.3.6.1.10,M,gauge,object,unsigned,,,\n"
    "1.3.6.1.20,M,things,node,,,,\n"
    "1.3.6.1.21,M,trap,notification,,,,\n";

const OidTable& table() {
  static const auto made = table_of(std::string(objects));
  return *made;
}

struct Shown {
  std::string text;
  std::string raw;
  bool operator==(const Shown&) const = default;
};

/// `object` is the last sub-identifier of one above; 0: nothing is known.
Shown shown(std::uint32_t object, const Value& value) {
  Oid oid = Oid::parse("1.3.6.1").value();
  REQUIRE(oid.append(object));
  Shown out;
  append_text(value, table().find(oid), table(), out.text);
  append_raw(value, out.raw);
  return out;
}

struct Row {
  std::uint32_t object;
  Value value;
  std::string text;
  std::string raw;
};

void check(const Row& row) {
  CAPTURE(row.object);
  CAPTURE(row.text);
  CHECK(shown(row.object, row.value).text == row.text);
  CHECK(shown(row.object, row.value).raw == row.raw);
}

Value octets(std::string_view bytes) { return Octets{bytes}; }

}  // namespace

TEST_CASE("numbers") {
  constexpr auto int_min = std::numeric_limits<std::int32_t>::min();
  for (const Row& row : {
           Row{1, 2, "down", "2"},
           Row{1, -1, "odd", "-1"},
           Row{1, 9, "9", "9"},
           Row{1, Unsigned32{1}, "up", "1"},
           Row{2, 1234, "12.34", "1234"},
           Row{10, Unsigned32{4294967295}, "4294967295", "4294967295"},
           Row{0, int_min, "-2147483648", "-2147483648"},
           Row{0, Counter64{18446744073709551615U}, "18446744073709551615", "18446744073709551615"},
           Row{0, TimeTicks{0}, "0:00:00.00", "0"},
           Row{0, TimeTicks{8835}, "0:01:28.35", "8835"},
           Row{0, TimeTicks{8640000}, "1 day, 0:00:00.00", "8640000"},
           Row{0, TimeTicks{4294967295}, "497 days, 2:27:52.95", "4294967295"},
       }) {
    check(row);
  }
}

TEST_CASE("octets") {
  const std::string mac = "\x00\x1b\x21\xaa\x0f\x09"s;
  for (const Row& row : {
           Row{3, octets("Tür 3"), "Tür 3", "0x54c3bc722033"},
           Row{3, octets("\xff\x00"sv), "0xff00", "0xff00"},
           // The zero that ends strings in C; in the middle it is no text.
           Row{3, octets("abc\0\0"sv), "abc", "0x6162630000"},
           Row{3, octets("a\0b"sv), "0x610062", "0x610062"},
           Row{3, octets("\x1b[2J"), "0x1b5b324a", "0x1b5b324a"},
           Row{3, octets(""), "", ""},
           Row{4, octets(mac), "00:1b:21:aa:0f:09", "0x001b21aa0f09"},
           Row{5, octets("\x06\x04"), "0x0604", "0x0604"},
           Row{5, octets("AB"), "0x4142", "0x4142"},
           Row{6, octets("AB"), "AB", "0x4142"},
           Row{6, octets("\0\0"sv), "0x0000", "0x0000"},
           Row{6, octets("\n"), "0x0a", "0x0a"},
           Row{7, octets("\xc0"), "first,second", "0xc0"},
           Row{7, octets("\x20\x80"), "2,ninth", "0x2080"},
           Row{7, octets("\0"sv), "0x00", "0x00"},
           Row{8, octets("\x07\xc8\x05\x1a\x0d\x1e\x0f\x00-\x04\x00"sv),
               "1992-5-26,13:30:15.0,-4:0", "0x07c8051a0d1e0f002d0400"},
           Row{8, octets("\x07\xc8\x05\x1a\x0d\x1e\x0f\x00\x00\x04\x00"sv),
               "0x07c8051a0d1e0f00000400", "0x07c8051a0d1e0f00000400"},
           Row{0, octets("plain"), "plain", "0x706c61696e"},
           Row{0, octets("\x80"), "0x80", "0x80"},
       }) {
    check(row);
  }
}

TEST_CASE("internet addresses") {
  const std::string loopback = std::string(15, '\0') + "\x01";
  const std::string gaps = "\x20\x01\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01"s;
  const std::string full = "\xfe\x80\x00\x01\x00\x02\x00\x03\x00\x04\x00\x05\x00\x06\x00\x00"s;
  for (const Row& row : {
           Row{9, octets("\x0a\x20\x20\x20"), "10.32.32.32", "0x0a202020"},
           Row{9, octets("\x0a\x00\x00\x01\x00\x00\x00\x03"sv), "10.0.0.1%3", "0x0a00000100000003"},
           Row{9, octets(loopback), "::1", "0x00000000000000000000000000000001"},
           Row{9, octets(gaps), "2001:0:0:1::1", "0x20010000000000010000000000000001"},
           Row{9, octets(full), "fe80:1:2:3:4:5:6:0", "0xfe800001000200030004000500060000"},
           Row{9, octets("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"sv),
               "::", "0x00000000000000000000000000000000"},
           Row{9, octets("edge-7.example"), "edge-7.example", "0x656467652d372e6578616d706c65"},
       }) {
    check(row);
  }
}

TEST_CASE("OIDs, and what is neither a number nor octets") {
  const Oid thing = Oid::parse("1.3.6.1.20").value();
  const Oid below_thing = Oid::parse("1.3.6.1.20.5").value();
  const Oid instance = Oid::parse("1.3.6.1.1.3.4").value();
  const Oid unknown = Oid::parse("1.3.7").value();
  for (const Row& row : {
           Row{0, Ipv4{10, 0, 0, 255}, "10.0.0.255", "0x0a0000ff"},
           Row{0, OidView(thing), "things", "1.3.6.1.20"},
           Row{0, OidView(below_thing), "1.3.6.1.20.5", "1.3.6.1.20.5"},
           Row{0, OidView(instance), "state.3.4", "1.3.6.1.1.3.4"},
           Row{0, OidView(unknown), "1.3.7", "1.3.7"},
           Row{0, OidView(), "", ""},
           Row{0, Opaque{"\x9f\x78\x04"}, "0x9f7804", "0x9f7804"},
           Row{0, Opaque{"\x9f\x78\x04\x3f\xc0\0\0"sv}, "1.5", "0x9f78043fc00000"},
           Row{0, Opaque{}, "", ""},
           Row{0, NoValue{}, "", ""},
       }) {
    check(row);
  }
}

TEST_CASE("what the agent sends stands over what the table says of its type") {
  for (const Row& row : {
           Row{1, octets("up"), "up", "0x7570"},
           Row{3, 7, "7", "7"},
           Row{4, octets("\x01"), "01", "0x01"},
       }) {
    check(row);
  }
}

TEST_CASE("so many bits that nobody reads their names are shown as octets") {
  const std::string all(65'507, '\xff');
  CHECK(shown(7, Octets{all}).text.size() == 2 + 2 * all.size());
  const std::string most(128, '\xff');
  CHECK(shown(7, Octets{most}).text.starts_with("first,second,2,3,"));
}
