#include "connectors/snmp/display_hint.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>

using namespace deskd::connectors;
using namespace std::literals;

TEST_CASE("octets are shown as their hint says") {
  const std::string date_and_time = "2d-1d-1d,1d:1d:1d.1d,1a1d:1d";
  struct Row {
    std::string hint;
    std::string octets;
    std::string shown;
  };
  for (const Row& row : {
           Row{"255a", "GigabitEthernet0/1", "GigabitEthernet0/1"},
           Row{"255t", "Tür 3", "Tür 3"},
           Row{"1x:", "\x00\x1b\x21\xaa\x0f\x09"s, "00:1b:21:aa:0f:09"},
           // RFC 2579's own example: Tuesday May 26, 1992 at 1:30:15 PM EDT.
           Row{date_and_time, "\x07\xc8\x05\x1a\x0d\x1e\x0f\x00-\x04\x00"s,
               "1992-5-26,13:30:15.0,-4:0"},
           Row{date_and_time, "\x07\xc8\x05\x1a\x0d\x1e\x0f\x00"s, "1992-5-26,13:30:15.0"},
           Row{date_and_time, "\x07\xc8\x05"s, "1992-5"},
           Row{"1d.1d.1d.1d", "\x0a\x00\x00\xff"s, "10.0.0.255"},
           // The hints of INET-ADDRESS-MIB and TRANSPORT-ADDRESS-MIB (RFC 4001, RFC 3419)
           Row{"1d.1d.1d.1d%4d", "\x0a\x00\x00\x01\x00\x00\x00\x03"s, "10.0.0.1%3"},
           Row{"0a[2x:2x:2x:2x:2x:2x:2x:2x]0a:2d",
               "\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\xa2"s,
               "[2001:0db8:0000:0000:0000:0000:0000:0001]:162"},
           Row{"*1x:/1x:", "\x03\xaa\xbb\xcc\xdd\xee"s, "aa:bb:cc/dd:ee"},
           Row{"*1d,;1d", "\x00\x07"s, ";7"},
           Row{"*1d,", "\xff\x01\x02"s, "1,2"},
           Row{"1o ", "\x08\x40"s, "10 100"},
           Row{"8d", "\xff\xff\xff\xff\xff\xff\xff\xff"s, "18446744073709551615"},
           Row{"2x:", "\x01\x02\x03"s, "0102:03"},
           Row{"255a", "", ""},
       }) {
    CAPTURE(row.hint);
    const auto hint = OctetHint::parse(row.hint);
    REQUIRE(hint);
    std::string out = "before ";
    CHECK(hint->append(row.octets, out));
    CHECK(out == "before " + row.shown);
  }
}

TEST_CASE("what a hint calls text and is none is not shown by it") {
  const auto text = OctetHint::parse("255a");
  const auto mixed = OctetHint::parse("1d:255t");
  REQUIRE((text && mixed));
  std::string out = "x";
  for (const std::string& octets : {"a\0b"s, "\x1b[31mred"s, "\xff\xfe"s, "a\x7f"s, "\xc2\x85"s}) {
    CAPTURE(octets);
    CHECK_FALSE(text->append(octets, out));
    CHECK_FALSE(mixed->append("\x05" + octets, out));
    CHECK(out == "x");
  }
  CHECK(text->append("a\tb\r\nc", out));
}

TEST_CASE("what is no octet hint is refused") {
  for (const char* text : {"", "a", "1", "255", "x:", "*", "*a", "9d", "16o", "1z", "0a", "1x0a",
                           "*0a:", "70000a", "99999999999a", "1x::", "d-2"}) {
    CAPTURE(text);
    CHECK_FALSE(OctetHint::parse(text));
  }
  std::string many;
  for (int i = 0; i < 33; ++i) many += "1d-";
  CHECK_FALSE(OctetHint::parse(many));
}

TEST_CASE("a hostile count of repetitions ends with the octets") {
  const auto hint = OctetHint::parse("*1d,;1d-");
  REQUIRE(hint);
  std::string out;
  CHECK(hint->append(std::string(65'507, '\xff'), out));
  CHECK(out.size() < 4 * 65'507);
}

TEST_CASE("integers are shown as their hint says") {
  struct Row {
    const char* hint;
    std::int64_t number;
    const char* shown;
  };
  constexpr auto smallest = std::numeric_limits<std::int64_t>::min();
  for (const Row& row :
       {Row{"d", -7, "-7"}, Row{"d-2", 1234, "12.34"}, Row{"d-2", 5, "0.05"},
        Row{"d-2", -5, "-0.05"}, Row{"d-0", 42, "42"}, Row{"d-1", 0, "0.0"}, Row{"x", 255, "ff"},
        Row{"o", 8, "10"}, Row{"b", 5, "101"}, Row{"d-19", smallest, "-0.9223372036854775808"},
        Row{"d-2", smallest, "-92233720368547758.08"}}) {
    CAPTURE(row.hint);
    const auto hint = IntegerHint::parse(row.hint);
    REQUIRE(hint);
    std::string out;
    hint->append(row.number, out);
    CHECK(out == row.shown);
  }
  for (const char* text : {"", "d-", "d-x", "d-21", "x-2", "2d", "dd", "d-2 "}) {
    CAPTURE(text);
    CHECK_FALSE(IntegerHint::parse(text));
  }
}
