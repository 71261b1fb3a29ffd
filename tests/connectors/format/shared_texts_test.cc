// Texts that many alerts of one body state: views to decode, but a record has each of them whole.

#include <doctest/doctest.h>

#include <string>

#include "config/limits.h"
#include "tests/support/decode.h"

using namespace deskd;
using namespace deskd::tests;

namespace {

/// So many elements that are told apart by a number.
std::string numbered(std::size_t count) {
  std::string list = "[";
  for (std::size_t i = 0; i < count; ++i) {
    list.append(i == 0 ? "" : ",").append(R"({"host":"h)").append(std::to_string(i)).append("\"}");
  }
  return list + "]";
}

constexpr std::string_view too_much =
    ": its alerts state more than 256 MiB of text, what they share counted for each of them";

}  // namespace

TEST_CASE("what elements share counts for each of them, as each is written whole") {
  const auto format =
      make_format("generic", "mapping: {each: /checks, resource: /host, summary: ^/note}");
  const std::string note = R"({"note":")" + std::string(60'000, 'n') + R"(","checks":)";
  const auto some = decode(*format, note + numbered(100) + "}");
  REQUIRE(some.alerts().size() == 100);
  CHECK(some.batch->written > 100 * 60'000);
  CHECK(some.batch->bytes() > 100 * 60'000);
  CHECK(some.batch->kept_bytes() < 10'000);

  const auto many = decode(*format, note + numbered(10'000) + "}");
  CHECK(many.first_error() == too_much);
  CHECK(many.alerts().empty());
  CHECK(many.batch->elements.empty());
  CHECK(many.batch->written == 0);
  CHECK(many.result.malformed == 1);
}

TEST_CASE("what has to be kept for elements is bounded, for those that are malformed too") {
  std::string site, wide;
  for (int i = 100; i < 227; ++i) {
    const std::string number = std::to_string(i);
    site.append(i == 100 ? "\"" : ",\"").append(number + std::string(1'000, 'x')).append("\":1");
  }
  for (int i = 100; i < 250; ++i) {
    wide.append(i == 100 ? "\"" : ",\"").append(std::to_string(i)).append("\":1");
  }
  const std::string body = "{\"site\":{" + site + "},\"wide\":{" + wide + "},\"checks\":";
  for (const char* annotations : {"", ", annotations: {wide: ^/wide}"}) {
    CAPTURE(annotations);
    const auto format =
        make_format("generic", std::string("mapping: {each: /checks, resource: /host, labels: "
                                           "{site: ^/site}") +
                                   annotations + "}");
    const auto decoded = decode(*format, body + numbered(5'000) + "}");
    CHECK(decoded.first_error() == too_much);
    CHECK(decoded.alerts().empty());
    CHECK(decoded.batch->kept_bytes() < limits::batch_text_bytes_max + limits::MiB);
  }
}

TEST_CASE("what the mapping itself states outlives the format") {
  const auto decoded =
      decode(*make_format("generic",
                          "mapping: {resource: /host, type: {const: a type that is long}, "
                          "severity: {at: /prio, map: {1: critical}}, summary: {at: /text, "
                          "default: nobody said what it is}, labels: {a name that is long: "
                          "/host}}"),
             R"({"host":"edge-1","prio":1})");
  CHECK(decoded.alert().type == "a type that is long");
  CHECK(decoded.alert().summary == "nobody said what it is");
  CHECK(decoded.alert().severity == rules::Severity::critical);
  CHECK(rules::find_label(decoded.alert().labels, "a name that is long") == "edge-1");
}
