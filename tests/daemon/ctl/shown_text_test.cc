#include "daemon/ctl/terminal/shown_text.h"

#include <doctest/doctest.h>

using namespace deskd::ctl;

TEST_CASE("a text of unknown origin can't steer the terminal") {
  struct Row {
    const char* name;
    std::string_view given;
    const char* shown;
  };
  const Row rows[] = {
      {"plain", "Link down on edge-7", "Link down on edge-7"},
      {"line ends and tabs", "a\nb\tc\r", "a b c "},
      {"an escape sequence", "\x1b[2Jgone", "\xEF\xBF\xBD[2Jgone"},
      {"an 8-bit control sequence introducer", "\xC2\x9B[2J", "\xEF\xBF\xBD[2J"},
      {"a bell, a backspace and a delete", "\a\b\x7f", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"a right-to-left override", "exe\xE2\x80\xAEtxt", "exe\xEF\xBF\xBDtxt"},
      {"a stray continuation byte", "a\x80z", "a\xEF\xBF\xBDz"},
      {"a truncated sequence at the end", "a\xE2\x82", "a\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"an overlong slash", "\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"a surrogate", "\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"beyond Unicode", "\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"good letters of two, three and four bytes", "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x94\xA5",
       "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x94\xA5"},
      {"nothing", "", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(one_line(row.given) == row.shown);
  }
  CHECK(one_line(std::string_view{"a\0b", 3}) ==
        "a\xEF\xBF\xBD"
        "b");
  CHECK(paragraph("a\nb\x1b") == "a\nb\xEF\xBF\xBD");
}

TEST_CASE("width counts columns, not bytes") {
  CHECK(display_width("") == 0);
  CHECK(display_width("abc") == 3);
  CHECK(display_width("\xC3\xA4") == 1);                  // ä
  CHECK(display_width("a\xCC\x88") == 1);                 // a and a combining diaeresis
  CHECK(display_width("\xE7\xBD\x91\xE7\xBB\x9C") == 4);  // two Chinese characters
  CHECK(display_width("\xF0\x9F\x94\xA5") == 2);          // an emoji
}

TEST_CASE("a long text is parted at its spaces, and a long word within") {
  using Pieces = std::vector<std::string>;
  CHECK(wrapped("", 10) == Pieces{""});
  CHECK(wrapped("the carrier knows", 20) == Pieces{"the carrier knows"});
  CHECK(wrapped("the carrier knows", 11) == Pieces{"the carrier", "knows"});
  CHECK(wrapped("the carrier knows", 10) == Pieces{"the", "carrier", "knows"});
  CHECK(wrapped("abcdefgh", 3) == Pieces{"abc", "def", "gh"});
  CHECK(wrapped(" abcdef", 3) == Pieces{" ab", "cde", "f"});
  // Two Chinese characters; no width is too small to end.
  CHECK(wrapped("\xE7\xBD\x91\xE7\xBB\x9C", 0) == Pieces{"\xE7\xBD\x91", "\xE7\xBB\x9C"});
}

TEST_CASE("what is too long ends in an ellipsis and never in half a character") {
  CHECK(cut("edge-7", 6) == "edge-7");
  CHECK(cut("edge-7", 5) == "edge\xE2\x80\xA6");
  CHECK(cut("edge-7", 1) == "\xE2\x80\xA6");
  CHECK(cut("edge-7", 0) == "");
  CHECK(cut("\xE7\xBD\x91\xE7\xBB\x9C", 3) == "\xE7\xBD\x91\xE2\x80\xA6");
  CHECK(cut("\xE7\xBD\x91\xE7\xBB\x9C", 2) == "\xE2\x80\xA6");
}
