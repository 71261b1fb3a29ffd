#include "daemon/api/views/json_text.h"

#include <chrono>
#include <string>

#include <doctest/doctest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

using namespace deskd;
using api::JsonText;

TEST_CASE("what stands next to what has one comma between") {
  JsonText json;
  json.object([&] {
    json.key("empty").object([] {});
    json.key("none").array([] {});
    json.key("list").array([&] {
      json.number(18'446'744'073'709'551'615u);
      json.flag(true);
      json.null();
      json.array([&] { json.text("deep"); });
      json.object([&] { json.key("a").flag(false); });
      json.text("");
    });
    json.key("id").shown_id(4'711);
    json.key("no id").id_or_null(0);
    json.key("no text").text_or_null("");
    json.key("at").time(rules::Time{std::chrono::seconds{1'795'334'400}});
    json.key("never").time({});
  });
  CHECK(json.take() ==
        R"({"empty":{},"none":[],"list":[18446744073709551615,true,null,["deep"],{"a":false},""],)"
        R"("id":"0-4711","no id":null,"no text":null,"at":"2026-11-22T08:00:00.000Z",)"
        R"("never":null})");
}

TEST_CASE("every byte is escaped as the JSON of other answers has it") {
  std::string all;
  for (int c = 0; c < 0x80; ++c) all += static_cast<char>(c);
  all += "\u00e9\u20ac\U0001F525";
  for (const auto& text : {all, std::string("\""), std::string("\\\\x"), std::string(3, '\0')}) {
    JsonText json;
    json.text(text);
    const auto written = json.take();
    CHECK(written == boost::json::serialize(boost::json::string(text)));
    CHECK(boost::json::parse(written).as_string() == text);
  }
}

TEST_CASE("a byte is escaped wherever it stands, in a text of any length, in any list") {
  JsonText json;
  std::string expected;
  json.array([&] {
    for (std::size_t length = 1; length < 40; ++length) {
      for (std::size_t at = 0; at < length; ++at) {
        for (const char c : {'"', '\\', '\n', '\x1f', '\x7f', ' ', '!', '#', '\xc3'}) {
          std::string text(length, at % 2 == 0 ? 'x' : ' ');
          text[at] = c;
          if (c == '\xc3') text.insert(at + 1, "\xa9");
          json.text(text);
          json.key(text).number(length);
          expected += (expected.empty() ? "[" : ",");
          const auto quoted = boost::json::serialize(boost::json::string(text));
          expected += quoted + "," + quoted + ":" + std::to_string(length);
        }
      }
    }
  });
  CHECK(json.take() == expected + "]");
}
