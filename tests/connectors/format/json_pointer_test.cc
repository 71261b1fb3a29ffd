#include "connectors/format/json_pointer.h"

#include <doctest/doctest.h>

using namespace deskd::connectors;

TEST_CASE("the examples of RFC 6901, section 5") {
  std::pmr::monotonic_buffer_resource arena;
  const auto tree = JsonTree::parse(
      R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8})",
      arena);
  REQUIRE(tree);
  const std::pair<const char*, const char*> rows[] = {
      {"/foo/0", "bar"}, {"/", "0"},     {"/a~1b", "1"}, {"/c%d", "2"}, {"/e^f", "3"},
      {"/g|h", "4"},     {"/i\\j", "5"}, {"/k\"l", "6"}, {"/ ", "7"},   {"/m~0n", "8"}};
  for (const auto& [text, expected] : rows) {
    CAPTURE(text);
    const auto pointer = JsonPointer::compile(text);
    REQUIRE(pointer);
    CHECK(pointer->text() == text);
    const JsonNode* found = pointer->resolve(tree->root());
    REQUIRE(found != nullptr);
    CHECK(found->text == expected);
  }
  CHECK(JsonPointer::compile("")->resolve(tree->root()) == &tree->root());
  CHECK(JsonPointer::compile("/foo")->resolve(tree->root())->is_list());
}

TEST_CASE("what is not there is nothing") {
  std::pmr::monotonic_buffer_resource arena;
  const auto tree = JsonTree::parse(R"({"foo":["bar"],"n":1,"01":{"0":2}})", arena);
  REQUIRE(tree);
  for (const char* text : {"/fo", "/foo/1", "/foo/-", "/foo/00", "/foo/x", "/n/0", "/foo/0/0",
                           "/foo/99999999999999999999999999"}) {
    CAPTURE(text);
    CHECK(JsonPointer::compile(text)->resolve(tree->root()) == nullptr);
  }
  CHECK(JsonPointer::compile("/01/0")->resolve(tree->root())->text == "2");
}

TEST_CASE("a text that is no pointer says why") {
  CHECK(JsonPointer::compile("host").error() ==
        "'host' is no JSON pointer: it begins with '/' (did you mean '/host'?)");
  for (const char* text : {"/a~", "/a~2", "/~/b"}) {
    CAPTURE(text);
    REQUIRE_FALSE(JsonPointer::compile(text));
    CHECK(JsonPointer::compile(text).error().ends_with(
        "'~' is written '~0', and '/' in a name '~1'"));
  }
}

TEST_CASE("a step is escaped") { CHECK(pointer_step("a/b~c") == "/a~1b~0c"); }
