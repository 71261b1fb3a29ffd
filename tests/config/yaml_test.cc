#include "config/yaml.h"

#include <string>

#include <doctest/doctest.h>

#include "config/limits.h"
#include "tests/support/yaml_text.h"

using namespace deskd;
using config::Node;
using test::YamlText;

namespace {

std::string place(const Node& node) {
  return std::to_string(node.line) + ":" + std::to_string(node.column);
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("scalars are the text that stands in the file") {
  const YamlText yaml(
      "a: on\nb: 007\nc: 1.10\nd: 0x1F\ne: 'it''s'\nf: \"tab\\there\"\ng: |\n  two\n  lines\n");
  CHECK(yaml.said() == "");
  struct Row {
    std::string key;
    std::string text;
    bool quoted;
  };
  for (const Row& row : {Row{"a", "on", false}, Row{"b", "007", false}, Row{"c", "1.10", false},
                         Row{"d", "0x1F", false}, Row{"e", "it's", true},
                         Row{"f", "tab\there", true}, Row{"g", "two\nlines\n", true}}) {
    CAPTURE(row.key);
    CHECK(yaml.at(row.key).text == row.text);
    CHECK(yaml.at(row.key).quoted == row.quoted);
  }
}

TEST_CASE("an unquoted null is the null value, a quoted one a text") {
  const YamlText yaml("a: null\nb: ~\nc:\nd: 'null'\ne: \"\"\nf: Null\n");
  for (const std::string key : {"a", "b", "c", "f"}) CHECK(yaml.at(key).is_null());
  for (const std::string key : {"d", "e"}) CHECK(yaml.at(key).is_scalar());
}

TEST_CASE("everything has the place where it stands") {
  const YamlText yaml(
      "one: 1\n"           // 1
      "deep:\n"            // 2
      "  inner: [x, y]\n"  // 3
      "list:\n"            // 4
      "  - first\n"        // 5
      "  - key: v\n"       // 6
      "empty:\n"           // 7
      "# comment\n"        // 8
      "flow: {a: b}\n");   // 9
  CHECK(place(yaml.root()) == "1:1");
  CHECK(place(yaml.at("one")) == "1:6");
  CHECK(place(yaml.at("deep").entries[0].first) == "3:3");
  CHECK(place(yaml.at("deep").entries[0].second.items[1]) == "3:14");
  CHECK(place(yaml.at("list").items[0]) == "5:5");
  CHECK(place(yaml.at("list").items[1]) == "6:5");
  SUBCASE("a map has that of its key, where to look for what it lacks") {
    CHECK(place(yaml.at("deep")) == "2:1");
    CHECK(place(yaml.at("flow")) == "9:1");
  }
  SUBCASE("a null value has that of its key") { CHECK(place(yaml.at("empty")) == "7:1"); }
}

TEST_CASE("an empty item stands where its dash stands") {
  struct Row {
    std::string name;
    std::string text;
    std::size_t item;
    std::string place;
  };
  for (const Row& row : {Row{"before another item", "a:\n  -\n  - x\n", 0, "2:3"},
                         Row{"before a comment", "a:\n  - # no - value\n\n  - x\n", 0, "2:3"},
                         Row{"at the end", "a:\n  - x\n  -\nb: 1\n", 1, "3:3"},
                         Row{"at the end of the file", "a:\n  - x\n  -", 1, "3:3"},
                         Row{"written out", "a:\n  -   ~\n", 0, "2:7"}}) {
    CAPTURE(row.name);
    const YamlText yaml(row.text);
    const Node& item = yaml.at("a").items[row.item];
    CHECK(item.is_null());
    CHECK(place(item) == row.place);
  }
}

TEST_CASE("an empty document is an empty map") {
  for (const std::string text :
       {"", "\n\n", "# only a comment\n", "---\n", "~\n", "\xEF\xBB\xBF"}) {
    CAPTURE(text);
    const YamlText yaml(text);
    CHECK(yaml.said() == "");
    CHECK(yaml.root().is_map());
    CHECK(yaml.root().entries.empty());
    CHECK(place(yaml.root()) == "1:1");
  }
}

TEST_CASE("every mistake of a well-formed file is told, and its tree returned") {
  const YamlText yaml(
      "a: 1\na: 2\nb: !!int 3\nc: {x: 1, x: 2, x: 3}\n<<: {d: 1}\n[e]: 1\n? {f: g}\n: 1\n~: 1\n");
  CHECK(yaml.said() ==
        "2:1: key 'a' stands here twice, first in line 1\n"
        "3:4: tags (!!int) are not part of this language\n"
        "4:11: key 'x' stands here twice, first in line 4\n"
        "4:17: key 'x' stands here twice, first in line 4\n"
        "5:1: merge keys (<<) are not part of this language\n"
        "6:1: a key must be a text, this is a list\n"
        "7:3: a key must be a text, this is a map\n"
        "9:1: a key must be a text, this is nothing\n");
  CHECK(yaml.at("a").text == "1");  // the first one counts
  CHECK(yaml.at("c").entries.size() == 1);
}

TEST_CASE("the non-specific tag is refused too") {
  CHECK(YamlText("a: ! b\n").problems.has_errors());
  CHECK(YamlText("a: ! {b: c}\n").problems.has_errors());
  CHECK(YamlText("a: ! [b]\n").problems.has_errors());
  CHECK(YamlText("a: !local\n").problems.has_errors());
}

TEST_CASE("an alias stands for a copy, placed where it is used") {
  const YamlText yaml("a: &anchor {x: [1, 2]}\nb: *anchor\nc: &word up\nd: *word\n");
  CHECK(yaml.said() == "");
  CHECK(yaml.at("b").find("x")->items[1].text == "2");
  CHECK(place(yaml.at("b")) == "2:4");
  CHECK(place(*yaml.at("b").find("x")) == place(*yaml.at("a").find("x")));
  CHECK(yaml.at("d").text == "up");
  CHECK(place(yaml.at("d")) == "4:4");
}

TEST_CASE("an alias can be a key, of a text only") {
  CHECK(YamlText("a: &k name\n*k : 1\n").at("name").text == "1");
  CHECK(YamlText("a: &k [name]\n*k : 1\n").said() == "2:1: a key must be a text, this is a list\n");
}

TEST_CASE("a bad alias is told where it is used") {
  CHECK(YamlText("a: 1\nb: *nowhere\n").said() == "2:4: no anchor (&) of this name stands above\n");
  CHECK(YamlText("a: &a [1, *a]\n").said() == "1:11: this alias stands inside of what it names\n");
}

TEST_CASE("what aliases unfold to is bounded") {
  SUBCASE("by nodes: ten to the power of nine laughs") {
    std::string text = "a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
    for (char name = 'b'; name <= 'i'; ++name) {
      const std::string before = " *" + std::string(1, static_cast<char>(name - 1)) + ",";
      text +=
          std::string(1, name) + ": &" + std::string(1, name) + " [" + repeated(before, 10) + "]\n";
    }
    const YamlText yaml(text);
    CHECK_FALSE(yaml.document.has_value());
    CHECK(yaml.said().find("too much for one file") != std::string::npos);
  }
  SUBCASE("by text: one long word many times") {
    const std::string word(1024 * 1024, 'x');
    const YamlText yaml("a: &a " + word + "\nb: [" + repeated("*a, ", 300) + "]\n");
    CHECK_FALSE(yaml.document.has_value());
    CHECK(yaml.said().starts_with("2:"));
  }
  SUBCASE("by depth: a chain of lists") {
    std::string text = "a0: &a0 [x]\n";
    for (int i = 1; i < 100; ++i) {
      const std::string n = std::to_string(i);
      text += "a" + n + ": &a" + n + " [*a" + std::to_string(i - 1) + "]\n";
    }
    const YamlText yaml(text);
    CHECK_FALSE(yaml.document.has_value());
    CHECK(yaml.said().find("unfolds to more than 64 levels") != std::string::npos);
  }
}

TEST_CASE("nesting is bounded") {
  const auto nested = [](std::size_t depth) {
    return repeated("[", depth) + repeated("]", depth) + "\n";
  };
  CHECK(YamlText(nested(limits::yaml_depth_max)).said() == "");
  CHECK(YamlText(nested(limits::yaml_depth_max + 1)).said() == "1:65: nested more than 64 deep\n");
  CHECK_FALSE(YamlText(repeated("[", 100'000)).document.has_value());
  CHECK_FALSE(YamlText(repeated("- ", 100'000)).document.has_value());
  CHECK_FALSE(YamlText(repeated("{a: ", 100'000)).document.has_value());
}

TEST_CASE("a syntax error is one problem, in words, and ends the file") {
  struct Row {
    std::string name;
    std::string text;
    std::string said;
  };
  const Row rows[] = {
      {"two colons", "a: b: c\nd: [\n",
       "1:5: a ':' can't stand here: quote the text, or check the indentation and the line "
       "above\n"},
      {"indentation", "a:\n  b: 1\n c: 2\n",
       "3:2: this does not fit into the map above: a wrong indentation, or a missing ':'\n"},
      {"item among keys", "a: 1\n- b\n",
       "2:1: this does not fit into the map above: a wrong indentation, or a missing ':'\n"},
      {"open bracket", "a: [1, 2\nb: 3\n", "2:2: a ']' or ',' is missing before this\n"},
      {"open brace", "a: {b: 1\n", "1:9: a '}' or ',' is missing before this\n"},
      {"stray bracket", "a: ]\n", "1:4: this bracket does not close what is open\n"},
      {"open quote", "a: \"b\nc: d\n\n", "1:4: a quoted text is not closed\n"},
      {"open quote at the end", "a: 'it''s", "1:10: a quoted text is not closed\n"},
      {"open quote, anchored", "a: &x 'b\n", "1:4: a quoted text is not closed\n"},
      {"open quote, escaped", "a: \"b\\\"\n", "1:4: a quoted text is not closed\n"},
      {"at sign", "a: @b\n", "1:4: a text can't begin with this character: quote it\n"},
      {"tab", "a:\n\tb: 1\n", "2:1: a tab can't indent: use spaces\n"},
      {"tab after spaces", "a:\n  b: 1\n  \tc: 1\n", "3:3: a tab can't indent: use spaces\n"},
      {"second document", "a: 1\n---\nb: 2\n",
       "2:1: the document has ended before this: one file, one document\n"},
      {"rest", "\"a\" b\n", "1:5: the document has ended before this: one file, one document\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const YamlText yaml(row.text);
    CHECK(yaml.said() == row.said);
    CHECK_FALSE(yaml.document.has_value());
  }
}

TEST_CASE("bytes that are no text are refused where they stand") {
  struct Row {
    std::string name;
    std::string text;
    std::string said;
  };
  const Row rows[] = {
      {"NUL", std::string("a: b\nc: \0d", 10), "2:4: control character 0x00\n"},
      {"stray byte", "a: b\xFF\n", "1:5: byte 0xFF is not UTF-8\n"},
      {"overlong slash", "a: \xC0\xAF\n", "1:4: byte 0xC0 is not UTF-8\n"},
      {"surrogate", "a: \xED\xA0\x80\n", "1:4: byte 0xED is not UTF-8\n"},
      {"above U+10FFFF", "a: \xF4\x90\x80\x80\n", "1:4: byte 0xF4 is not UTF-8\n"},
      {"cut short", "a: \xE2\x82", "1:4: byte 0xE2 is not UTF-8\n"},
      {"UTF-16",
       std::string("\xFF\xFE"
                   "a\0",
                   4),
       "1:1: byte 0xFF is not UTF-8\n"},
      {"escape character", "a: \x1B[31m\n", "1:4: control character 0x1B\n"},
      {"end of transmission", "a: \x04\n", "1:4: control character 0x04\n"},
      {"lone carriage return", "a: 1\rb: 2\r", "1:5: a carriage return without a line feed\n"},
      {"escaped NUL", "a: \"x\\0y\"\n", "1:4: this text has a NUL byte in it\n"},
      {"escape to bad UTF-8", "a: \"\\N\"\n",
       "1:4: an escape in this text makes bytes that are not UTF-8\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(YamlText(row.text).said() == row.said);
  }
}

TEST_CASE("line ends of Windows and a byte order mark change nothing") {
  const YamlText yaml(
      "\xEF\xBB\xBF"
      "a: 1\r\nb:\r\n  - c\r\n");
  CHECK(yaml.said() == "");
  CHECK(yaml.at("a").text == "1");
  CHECK(place(yaml.at("a")) == "1:4");
  CHECK(yaml.at("b").items[0].text == "c");
}

TEST_CASE("letters of all languages pass") {
  const YamlText yaml("titel: Störung – 障害 🔥\n");
  CHECK(yaml.said() == "");
  CHECK(yaml.at("titel").text == "Störung – 障害 🔥");
}

TEST_CASE("a map of many keys is read in a time that grows with their number") {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += "key" + std::to_string(i) + ": v\n";
  text += "key7: again\n";
  const YamlText yaml(text);
  CHECK(yaml.said() == "50001:1: key 'key7' stands here twice, first in line 8\n");
}
