#include "daemon/api/target.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "config/limits.h"

using deskd::api::parse_target;

TEST_CASE("targets are split and decoded") {
  struct Row {
    const char* name;
    std::string text;
    std::string path;
    std::vector<std::pair<std::string, std::string>> query;
  };
  const std::vector<Row> rows{
      {"a path", "/a/b", "/a/b", {}},
      {"an empty query", "/?", "/", {}},
      {"parameters", "/x?a=1&b=2", "/x", {{"a", "1"}, {"b", "2"}}},
      {"one given twice", "/x?a=1&a=2", "/x", {{"a", "1"}, {"a", "2"}}},
      {"escapes", "/%41?%62=%C3%A4", "/A", {{"b", "ä"}}},
      {"a plus is a space in the query only", "/a+b?c=d+e", "/a+b", {{"c", "d e"}}},
      {"no value", "/x?a&b=", "/x", {{"a", ""}, {"b", ""}}},
      {"empty pairs", "/x?&&a=1&", "/x", {{"a", "1"}}},
      {"an equals sign in a value", "/x?f=a=b", "/x", {{"f", "a=b"}}},
      {"absolute form", "http://desk:9480/x?a=1", "/x", {{"a", "1"}}},
      {"absolute form without a path", "http://desk", "/", {}},
      {"a fragment is cut", "/x#y", "/x", {}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto target = parse_target(row.text);
    REQUIRE(target);
    CHECK(target->path == row.path);
    CHECK(target->query == row.query);
  }
}

TEST_CASE("hostile targets are refused") {
  std::string many = "/?";
  for (std::size_t i = 0; i <= deskd::limits::parameters_max; ++i) many += "a=1&";
  const std::vector<std::pair<const char*, std::string>> rows{
      {"empty", ""},
      {"no slash", "x"},
      {"an asterisk", "*"},
      {"an authority", "desk:9480"},
      {"a cut escape", "/%4"},
      {"a lone percent sign", "/%"},
      {"no hex digits", "/%4g"},
      {"NUL", "/%00"},
      {"a line end", "/?a=%0d%0a"},
      {"DEL", "/%7f"},
      {"no UTF-8", "/%c3"},
      {"an overlong form", "/%c0%af"},
      {"a surrogate", "/%ed%a0%80"},
      {"too long", "/" + std::string(deskd::limits::target_bytes_max, 'a')},
      {"too many parameters", many},
  };
  for (const auto& [name, text] : rows) {
    CAPTURE(name);
    CHECK_FALSE(parse_target(text));
  }
}
