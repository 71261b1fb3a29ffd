#include "rules/utf8.h"

#include <doctest/doctest.h>

using namespace deskd::rules;

TEST_CASE("a cut never splits a character") {
  CHECK(cut_bytes("aüb", 1) == "a");
  CHECK(cut_bytes("aüb", 2) == "a");
  CHECK(cut_bytes("aüb", 3) == "aü");
  CHECK(cut_bytes("aüb", 9) == "aüb");
  CHECK(cut_bytes("€", 2).empty());
  CHECK(cut_characters("aüb", 2) == "aü");
  CHECK(cut_characters("🔥🔥", 1) == "🔥");
  CHECK(cut_characters("ab", 9) == "ab");
  CHECK(cut_characters("", 3).empty());
}

TEST_CASE("damaged bytes are characters of their own") {
  CHECK(cut_characters("\xff\xfe", 1) == "\xff");
  CHECK(cut_characters("\xc3", 1) == "\xc3");
  CHECK(cut_bytes("\x80\x80\x80\x80\x80\x80", 5).size() == 5);
  std::string_view overlong = "\xc0\x80";
  CHECK(take_character(overlong) > 0x10FFFF);
  std::string_view surrogate = "\xed\xa0\x80";
  CHECK(take_character(surrogate) > 0x10FFFF);
  CHECK(surrogate.size() == 2);
}
