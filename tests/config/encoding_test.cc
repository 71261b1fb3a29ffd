#include "config/encoding.h"

#include <doctest/doctest.h>

using deskd::config::parse_hex;

TEST_CASE("bytes in hexadecimal are read in the ways that people write them") {
  const std::string bytes("\x80\x00\x1f\x0a", 4);
  for (const char* text : {"80001f0a", "0x80001F0A", "0X80:00:1f:0a", "80 00 1f 0a"}) {
    CAPTURE(text);
    CHECK(parse_hex(text) == bytes);
  }
  CHECK(parse_hex("") == "");
  CHECK(parse_hex("0x") == "");
}

TEST_CASE("what is not hexadecimal is not guessed at") {
  for (const char* text :
       {"8", "800", "0xg0", "80::00", "80:", ":80", "80-00", "80  00", " 80", "x80"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_hex(text));
  }
}
