#include "connectors/snmp/message/ber.h"

#include <doctest/doctest.h>

#include <array>
#include <limits>
#include <memory>
#include <string>

#include "connectors/snmp/oid.h"

using namespace deskd;
using namespace deskd::connectors;
using namespace std::string_literals;

TEST_CASE("an element is read only if all of it is there") {
  struct Row {
    const char* name;
    std::string bytes;
    std::string_view error;  // empty: it is read
    std::size_t content = 0;
  };
  const Row rows[] = {
      {"short", "\x04\x02"s + "ab", "", 2},
      {"one octet of length", "\x04\x81\x02"s + "ab", "", 2},
      {"four octets of length", "\x04\x84\x00\x00\x00\x02"s + "ab", "", 2},
      {"five octets of length", "\x04\x85\x00\x00\x00\x00\x02"s + "ab",
       "has a length of more than four octets"},
      {"indefinite", "\x30\x80\x00\x00"s, "has an indefinite length"},
      {"nothing", "", "ends before an element"},
      {"a tag alone", "\x04"s, "ends before a length"},
      {"the length is cut off", "\x04\x82\x01"s, "ends within a length"},
      {"one too long", "\x04\x03"s + "ab", "has a length that goes past its end"},
      {"as long as can be", "\x04\x84\xff\xff\xff\xff"s + "ab",
       "has a length that goes past its end"},
      {"a tag of several octets", "\x1f\x81\x01\x00"s, "has a tag that SNMP doesn't know"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto element = ber::Reader(row.bytes).next();
    CHECK(element.has_value() == row.error.empty());
    if (element) CHECK(element->content.size() == row.content);
    if (!element) CHECK(element.error() == row.error);
  }
}

TEST_CASE("integers have 32 bits, whatever they come in") {
  struct Row {
    std::string content;
    std::int64_t number;  // no_number: it is refused
  };
  constexpr std::int64_t no_number = std::numeric_limits<std::int64_t>::min();
  const Row rows[] = {
      {"\x00"s, 0},
      {"\x7f"s, 127},
      {"\x80"s, -128},
      {"\xff\x7f"s, -129},
      {"\x7f\xff\xff\xff"s, INT32_MAX},
      {"\x80\x00\x00\x00"s, INT32_MIN},
      {"\x00\x00\x00\x00\x07"s, 7},
      {"\xff\xff\xff\xff\xff"s, -1},
      {"\x00\x80\x00\x00\x00"s, no_number},
      {"\x01\x00\x00\x00\x00"s, no_number},
      {""s, no_number},
      {std::string(9, '\0'), no_number},
  };
  for (const auto& [content, number] : rows) {
    CAPTURE(number);
    const auto read = ber::to_integer(content);
    CHECK(read.has_value() == (number != no_number));
    if (read) CHECK(*read == number);
  }
}

TEST_CASE("counters have no sign") {
  CHECK(ber::to_unsigned("\xff\xff\xff\xff"s) == 0xFFFF'FFFFu);
  CHECK(ber::to_unsigned("\x00\xff\xff\xff\xff"s) == 0xFFFF'FFFFu);
  CHECK_FALSE(ber::to_unsigned("\x01\x00\x00\x00\x00"s));
  CHECK_FALSE(ber::to_unsigned(""));
  CHECK(ber::to_unsigned64("\x00\xff\xff\xff\xff\xff\xff\xff\xff"s) ==
        std::numeric_limits<std::uint64_t>::max());
  CHECK_FALSE(ber::to_unsigned64("\x01\xff\xff\xff\xff\xff\xff\xff\xff"s));
}

TEST_CASE("sub-identifiers") {
  struct Row {
    std::string content;
    std::string_view dotted;  // empty: it is refused
  };
  const Row rows[] = {
      {"\x2b\x06\x01"s, "1.3.6.1"},
      {""s, "0.0"},
      {"\x00"s, "0.0"},
      {"\x28"s, "1.0"},
      {"\x50"s, "2.0"},
      {"\x88\x37\x03"s, "2.999.3"},
      {"\x2b\x8f\xff\xff\xff\x7f"s, "1.3.4294967295"},
      {"\x2b\x90\x80\x80\x80\x00"s, ""},
      {"\x8f\xff\xff\xff\x7f"s, "2.4294967215"},
      {"\x2b\x80"s, ""},
      {"\x2b"s + std::string(126, '\1'), "long"},
      {"\x2b"s + std::string(127, '\1'), ""},
      {std::string(20'000, '\xff'), ""},
  };
  for (const auto& [content, dotted] : rows) {
    CAPTURE(dotted);
    const auto room = std::make_unique<std::uint32_t[]>(content.size() + 2);
    const auto count = ber::to_oid(content, room.get());
    REQUIRE(count.has_value() == !dotted.empty());
    if (!count || dotted == "long") continue;
    OidText text;
    CHECK(print(OidView(std::span<const std::uint32_t>(room.get(), *count)), text) == dotted);
  }
}

TEST_CASE("what is written can be read") {
  const std::int64_t numbers[] = {0, 1, 127, 128, 255, 256, 65'535, INT32_MAX, -1, -128, INT32_MIN};
  for (const std::int64_t number : numbers) {
    CAPTURE(number);
    const std::string element = ber::integer_element(number);
    const auto read = ber::Reader(element).next_integer("");
    REQUIRE(read);
    CHECK(*read == number);
  }
  CHECK(ber::integer_element(127) == "\x02\x01\x7f"s);
  CHECK(ber::integer_element(128) == "\x02\x02\x00\x80"s);
  for (const std::size_t size : {0, 127, 128, 255, 256, 65'000}) {
    CAPTURE(size);
    const std::string element = ber::element(ber::octets, std::string(size, 'x'));
    const auto read = ber::Reader(element).next();
    REQUIRE(read);
    CHECK(read->content.size() == size);
  }
}
