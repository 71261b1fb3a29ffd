#include "rules/condition/glob.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace deskd::rules;

TEST_CASE("a glob matches a whole text") {
  struct Row {
    const char* pattern;
    const char* text;
    bool matches;
  };
  const Row rows[] = {
      {"edge-*", "edge-7", true},
      {"edge-*", "edge-", true},
      {"edge-*", "an edge-7", false},
      {"edge", "edge", true},
      {"edge", "edge7", false},
      {"*", "", true},
      {"*", "x", true},
      {"", "", true},
      {"", "x", false},
      {"?", "", false},
      {"?", "x", true},
      {"?", "ü", true},
      {"??", "ü", false},
      {"*-core-*", "fra-core-1", true},
      {"*-core-*", "fra-edge-1", false},
      {"a*b*c", "aXbYbZc", true},
      {"a*b*c", "aXbYbZ", false},
      {"*.example", "a.example", true},
      {"*.example", "a.example.org", false},
      {"*a", "aaab", false},
      {"**", "anything", true},
      {"r[0-9]", "r7", true},
      {"r[0-9]", "rx", false},
      {"r[!0-9]", "rx", true},
      {"r[!0-9]", "r7", false},
      {"[]x]", "]", true},
      {"[a-]", "-", true},
      {"[ä-ü]", "ö", true},
      {"\\*", "*", true},
      {"\\*", "x", false},
      {"a\\[b*", "a[bc", true},
      {"*\\?", "what?", true},
      {"*\\?", "what!", false},
      {"\xff*", "\xff\xfe", true},
      {"?", "\xff", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.pattern);
    CAPTURE(row.text);
    const auto glob = Glob::compile(row.pattern);
    REQUIRE(glob);
    CHECK(glob->matches(row.text) == row.matches);
  }
}

TEST_CASE("a broken glob says what is wrong") {
  for (const char* pattern : {"[", "[a", "[!", "a\\", "[z-a]", "[a\\"}) {
    CAPTURE(pattern);
    CHECK_FALSE(Glob::compile(pattern));
  }
}

TEST_CASE("a hostile text costs a glob time in proportion to its length") {
  const auto glob = Glob::compile("*a*a*a*a*a*a*a*a*a*a*b");
  REQUIRE(glob);
  const std::string text(64 * 1024, 'a');
  const auto start = std::chrono::steady_clock::now();
  CHECK_FALSE(glob->matches(text));
  // With a way back to every star this would take longer than the universe has.
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}
