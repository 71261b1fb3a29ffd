#include "connectors/raw_message.h"

#include <doctest/doctest.h>

#include <string>

#include "config/encoding.h"
#include "config/limits.h"

using namespace deskd;
using namespace deskd::connectors;

TEST_CASE("a value of a body is found by where it begins") {
  const std::string body = R"([{"a": "}]\"{", "b": [1, {"c": []}]}, "te\"xt", 12.5 , null,true])";
  struct Row {
    const char* begins;
    const char* raw;
  };
  const Row rows[] = {{R"({"a")", R"({"a": "}]\"{", "b": [1, {"c": []}]})"},
                      {R"("te\)", R"("te\"xt")"},
                      {"12.5", "12.5"},
                      {"null", "null"},
                      {"true", "true"}};
  for (const Row& row : rows) {
    CAPTURE(row.begins);
    CHECK(raw_value(body, body.find(row.begins)) == row.raw);
  }
  CHECK(raw_value(body, 0) == body);
}

TEST_CASE("what is no value, or none that ends, is no reason to read behind the body") {
  CHECK(raw_value("", 0).empty());
  CHECK(raw_value("{}", 2).empty());
  CHECK(raw_value("{}", 4'000'000'000).empty());
  CHECK(raw_value(R"({"a": [)", 0) == R"({"a": [)");
  CHECK(raw_value(R"("a\)", 0) == R"("a\)");
  CHECK(raw_value("]", 0).empty());
}

TEST_CASE("a long message is cut between two characters and says so") {
  const std::string same(limits::raw_shown_bytes, 'x');
  CHECK(shown_raw(same) == same);
  CHECK(shown_raw(same + "x") == same + "…");
  const std::string umlauts = std::string(limits::raw_shown_bytes - 1, 'x') + "üü";
  CHECK(shown_raw(umlauts) == std::string(limits::raw_shown_bytes - 1, 'x') + "…");

  const std::string element = R"({"a": ")" + std::string(10'000, 'y') + R"("})";
  const auto raw = raw_value(element, 0);
  CHECK(raw.size() == limits::raw_shown_bytes + 1);
  CHECK(shown_raw(raw).ends_with("y…"));
}

TEST_CASE("bytes that are no UTF-8 are replaced one by one") {
  CHECK(shown_raw("a\xFF\xC3(b") == "a\xEF\xBF\xBD\xEF\xBF\xBD(b");
  std::string hostile;
  for (int i = 0; i < 20'000; ++i) hostile += static_cast<char>(i * 37);
  CHECK(config::is_utf8(shown_raw(hostile)));
}
