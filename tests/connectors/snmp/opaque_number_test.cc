#include "connectors/snmp/opaque_number.h"

#include <doctest/doctest.h>

using namespace deskd::connectors;
using namespace std::string_view_literals;

TEST_CASE("numbers that agents wrap in an Opaque") {
  struct Row {
    const char* name;
    std::string_view octets;
    std::string_view text;  // empty: none
  };
  const Row rows[] = {
      {"float", "\x9f\x78\x04\x3f\xc0\0\0"sv, "1.5"},
      {"a float that has no end in binary", "\x9f\x78\x04\x3d\xcc\xcc\xcd"sv, "0.1"},
      {"a negative one", "\x9f\x78\x04\xbf\x80\0\0"sv, "-1"},
      {"infinity", "\x9f\x78\x04\x7f\x80\0\0"sv, ""},
      {"not a number", "\x9f\x78\x04\x7f\xc0\0\0"sv, ""},
      {"double", "\x9f\x79\x08\x40\x04\0\0\0\0\0\0"sv, "2.5"},
      {"integer", "\x9f\x7a\x01\xff"sv, "-1"},
      {"the least integer", "\x9f\x7a\x08\x80\0\0\0\0\0\0\0"sv, "-9223372036854775808"},
      {"unsigned", "\x9f\x7b\x09\0\xff\xff\xff\xff\xff\xff\xff\xff"sv, "18446744073709551615"},
      {"counter", "\x9f\x76\x01\x07"sv, "7"},
      {"a float of three octets", "\x9f\x78\x03\x3f\xc0\0"sv, ""},
      {"a wrong length", "\x9f\x78\x05\x3f\xc0\0\0"sv, ""},
      {"an integer of nine octets", "\x9f\x7a\x09\0\0\0\0\0\0\0\0\0"sv, ""},
      {"an unsigned one too large", "\x9f\x7b\x09\x01\0\0\0\0\0\0\0\0"sv, ""},
      {"nothing in it", "\x9f\x7a\0"sv, ""},
      {"another type", "\x9f\x01\x01\x01"sv, ""},
      {"no extension", "\x30\x78\x04\x3f\xc0\0\0"sv, ""},
      {"cut off", "\x9f\x78"sv, ""},
      {"empty", ""sv, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    std::string text = "before ";
    CHECK(append_opaque_number(row.octets, text) == !row.text.empty());
    CHECK(text == "before " + std::string(row.text));
  }
}
