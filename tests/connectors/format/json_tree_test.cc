#include "connectors/format/json_tree.h"

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "config/limits.h"
#include "connectors/format/json_scalar.h"

using namespace deskd::connectors;
namespace limits = deskd::limits;
using std::string_literals::operator""s;

namespace {

/// The tree as JSON again, so that a row can compare.
std::string text_of(const JsonNode& node) {
  switch (node.kind) {
    case JsonKind::null:
      return "null";
    case JsonKind::boolean:
    case JsonKind::number:
      return std::string(node.text);
    case JsonKind::text:
      return "<" + std::string(node.text) + ">";
    case JsonKind::list: {
      std::string all = "[";
      for (const JsonNode& item : Items(node)) all += (all == "[" ? "" : ",") + text_of(item);
      return all + "]";
    }
    case JsonKind::object: {
      std::string all = "{";
      for (const auto [name, value] : Members(node)) {
        all += (all == "{" ? "" : ",") + std::string(name) + ":" + text_of(value);
      }
      return all + "}";
    }
  }
  return "";
}

std::string parsed(std::string_view body) {
  std::pmr::monotonic_buffer_resource arena;
  const auto tree = JsonTree::parse(body, arena);
  if (tree) return text_of(tree->root());
  return "fault at " + std::to_string(tree.error().offset) + ": " + tree.error().detail;
}

}  // namespace

TEST_CASE("valid bodies, with every value as it was sent") {
  struct Row {
    const char* name;
    std::string body, expected;
  };
  const Row rows[] = {
      {"empty object", "{}", "{}"},
      {"empty list", " [ ] ", "[]"},
      {"30 digits", "[123456789012345678901234567890]", "[123456789012345678901234567890]"},
      {"nanoseconds above 2^53", R"({"t":1795334400123456789})", "{t:1795334400123456789}"},
      {"number forms", "[0,-0,1.50,-1e9,2E+10,3.0e-7]", "[0,-0,1.50,-1e9,2E+10,3.0e-7]"},
      {"literals", "[true, false ,null]", "[true,false,null]"},
      {"nested", R"({"a":{"b":[1,{"c":[]}]},"d":"e"})", "{a:{b:[1,{c:[]}]},d:<e>}"},
      {"escapes", R"(["\"\\\/\b\f\n\r\t"])", "[<\"\\/\b\f\n\r\t>]"},
      {"unicode escapes", R"(["\u00e9\u20AC\uD83D\uDE00"])", "[<é€😀>]"},
      {"half a pair alone", R"(["a\ud83d"])", "[<a\uFFFD>]"},
      {"half a pair before text", R"(["\ud83dx"])", "[<\uFFFDx>]"},
      {"half a pair before an escape", R"(["\ud83d\n"])", "[<\uFFFD\n>]"},
      {"two first halves", R"(["\ud83d\ud83d\ude00"])", "[<\uFFFD😀>]"},
      {"a second half alone", R"(["\ude00"])", "[<\uFFFD>]"},
      {"a zero character", R"(["a\u0000b"])", "[<a\0b>]"s},
      {"escaped name", R"({"a\tb":1})", "{a\tb:1}"},
      {"brackets inside strings", R"(["]}{[,:\\"])", R"([<]}{[,:\>])"},
      {"byte order mark", "\xEF\xBB\xBF{\"a\":1}", "{a:1}"},
      {"white space", "\r\n\t {\n\"a\" :\t1 , \"b\":2}\n", "{a:1,b:2}"},
      {"the same name twice", R"({"a":1,"a":2})", "{a:1,a:2}"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(parsed(row.body) == row.expected);
  }
}

TEST_CASE("anything else is a fault that says where") {
  struct Row {
    const char* name;
    std::string body;
    std::size_t offset;
  };
  const Row rows[] = {
      {"nothing", "", 0},
      {"white space", "  \n", 3},
      {"a text alone", R"("abc")", 0},
      {"a number alone", "12", 0},
      {"garbage where a value is", "[1,}", 3},
      {"a word cut off", "[tru]", 1},
      {"a word too long", "[truer]", 1},
      {"a word in capitals", "[True]", 1},
      {"not a number", "[NaN]", 1},
      {"leading zero", "[01]", 1},
      {"plus", "[+1]", 1},
      {"no fraction", "[1.]", 1},
      {"no exponent", "[1e]", 1},
      {"hexadecimal", "[0x10]", 1},
      {"a lone minus", "[-]", 1},
      {"comma at the end of a list", "[1,]", 3},
      {"comma at the end of an object", R"({"a":1,})", 7},
      {"two commas", "[1,,2]", 3},
      {"no comma", "[1 2]", 3},
      {"no comma between texts", R"(["a""b"])", 4},
      {"text behind a text", R"(["a"b])", 4},
      {"no colon", R"({"a" 1})", 5},
      {"no name", "{1:2}", 1},
      {"no quotes", "{a:1}", 1},
      {"single quotes", "{'a':1}", 1},
      {"closed wrongly", "[1}", 2},
      {"closed wrongly the other way", R"({"a":1])", 6},
      {"open at the end", R"({"a":[1)", 7},
      {"open after a comma", "[1,", 3},
      {"a name alone", R"({"a")", 4},
      {"open string", R"({"a":"b)", 7},
      {"a second body", "{}{}", 2},
      {"something behind", "[] x", 3},
      {"comment", "[1] // no", 4},
      {"line end in a string", "[\"a\nb\"]", 3},
      {"zero byte in a string", "[\"a\0b\"]"s, 3},
      {"zero byte outside", "[1\0]"s, 1},
      {"unknown escape", R"(["a\xb"])", 3},
      {"short unicode escape", R"(["a\u12"])", 3},
      {"bad hex digit", R"(["\u12G4"])", 2},
      {"bad second half", R"(["\ud83d\uZZZZ"])", 8},
      {"not UTF-8", "[\"ab\xFF\"]", 4},
      {"overlong", "[\"\xC0\xAF\"]", 2},
      {"surrogate in UTF-8", "[\"\xED\xA0\x80\"]", 2},
      {"cut off character", "[\"\xE2\x82\"]", 2},
      {"Latin-1 outside of strings", "[\xE9]", 1},
      {"a mark in the middle", "[\xEF\xBB\xBF]", 1},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const std::string result = parsed(row.body);
    CAPTURE(result);
    CHECK(result.starts_with("fault at " + std::to_string(row.offset) + ":"));
  }
}

TEST_CASE("nesting is bounded") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(parsed(nested(limits::json_depth_max)) == nested(limits::json_depth_max));
  CHECK(parsed(nested(limits::json_depth_max + 1)).ends_with("nested deeper than 64"));
  CHECK(parsed(std::string(10'000'000, '[')).ends_with("nested deeper than 64"));
}

TEST_CASE("the number of values is bounded") {
  std::string body = "[0";
  for (std::size_t i = 2; i < limits::json_nodes_max; ++i) body += ",0";
  CHECK_FALSE(parsed(body + "]").starts_with("fault"));
  CHECK(parsed(body + ",0]").ends_with("more than 4000000 values"));
}

TEST_CASE("members are found by name, and the last of one name counts") {
  std::pmr::monotonic_buffer_resource arena;
  const auto tree = JsonTree::parse(R"({"a":1,"b":{"a":2},"a":3,"l":[5,6]})", arena);
  REQUIRE(tree);
  const JsonNode& root = tree->root();
  CHECK(root.find("a")->text == "3");
  CHECK(root.find("b")->find("a")->text == "2");
  CHECK(root.find("c") == nullptr);
  CHECK(root.find("a")->find("a") == nullptr);
  CHECK(root.find("l")->at(1)->text == "6");
  CHECK(root.find("l")->at(2) == nullptr);
  CHECK(root.at(0) == nullptr);
}

TEST_CASE("texts without escapes are views into the body") {
  std::pmr::monotonic_buffer_resource arena;
  const std::string body = R"({"host":"edge-7"})";
  const auto tree = JsonTree::parse(body, arena);
  REQUIRE(tree);
  CHECK(tree->root().find("host")->text.data() == body.data() + 9);
}

TEST_CASE("two trees of one thread do not share memory") {
  std::pmr::monotonic_buffer_resource arena;
  const auto first = JsonTree::parse("[1,2,3]", arena);
  const auto second = JsonTree::parse("[4,5,6]", arena);
  REQUIRE(first);
  REQUIRE(second);
  CHECK(text_of(first->root()) == "[1,2,3]");
  CHECK(text_of(second->root()) == "[4,5,6]");
}

TEST_CASE("no byte behind the body is read") {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  void* const mapped = mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE,  //
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(mapped != MAP_FAILED);
  char* const fence = static_cast<char*>(mapped) + page;
  REQUIRE(mprotect(fence, page, PROT_NONE) == 0);
  const std::string body = R"({"labels":{"alertname":"DiskFull","x":"\u00e9"},"n":[1,22,333]})";
  for (std::size_t length = 0; length <= body.size(); ++length) {
    char* const begin = fence - length;
    std::memcpy(begin, body.data(), length);
    const std::string result = parsed({begin, length});
    CHECK(result.starts_with("fault") == (length < body.size()));
  }
  munmap(mapped, 2 * page);
}

TEST_CASE("a place is told by line, column and byte") {
  CHECK(place_text("ab\ncd\nef", 0) == "line 1, column 1 (byte 0)");
  CHECK(place_text("ab\ncd\nef", 4) == "line 2, column 2 (byte 4)");
  CHECK(place_text("ab\ncd\nef", 6) == "line 3, column 1 (byte 6)");
}
