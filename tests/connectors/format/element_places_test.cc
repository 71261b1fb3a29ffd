// Every alert knows where in its message it stands, and so does what is malformed.

#include <doctest/doctest.h>

#include "connectors/raw_message.h"
#include "tests/support/decode.h"

using namespace deskd;
using namespace deskd::connectors;
using tests::decode;
using tests::DecodedBody;
using tests::make_format;

namespace {

std::string raw(DecodedBody& decoded, std::size_t alert) {
  REQUIRE(decoded.batch->elements.size() == decoded.alerts().size());
  return shown_raw(raw_value(decoded.batch->received(), decoded.batch->elements.at(alert).offset));
}

std::string raw_error(DecodedBody& decoded, std::size_t error) {
  return shown_raw(raw_value(decoded.batch->received(), decoded.result.errors.at(error).offset));
}

}  // namespace

TEST_CASE("alerts and bad elements of Alertmanager's webhook keep their places") {
  const auto format = make_format("alertmanager");
  auto decoded = decode(*format,
                        "\xEF\xBB\xBF"  // a byte order mark
                        R"({"version": "4", "alerts": [
    {"status": "firing", "labels": {"alertname": "A", "x": "}"}},
    {"status": "odd", "labels": {"alertname": "B"}},
    null, "te\nxt", "plain",
    {"status": "resolved", "labels": {"alertname": "C"}} ]})");
  REQUIRE(decoded.alerts().size() == 2);
  CHECK(raw(decoded, 0) == R"({"status": "firing", "labels": {"alertname": "A", "x": "}"}})");
  CHECK(raw(decoded, 1) == R"({"status": "resolved", "labels": {"alertname": "C"}})");
  CHECK(decoded.batch->elements[1].index == 5);
  REQUIRE(decoded.result.errors.size() == 4);
  CHECK(raw_error(decoded, 0) == R"({"status": "odd", "labels": {"alertname": "B"}})");
  CHECK(raw_error(decoded, 1) == "null");
  CHECK(raw_error(decoded, 2).empty());  // it had to be unescaped: its place is not known
  CHECK(raw_error(decoded, 3) == R"("plain")");
}

TEST_CASE("a generic body that is one alert is its own element, one that is a list has many") {
  const auto format = make_format("generic");
  const std::string one = R"({"host": "edge-7", "labels": {"a": [1, 2]}})";
  auto decoded = decode(*format, "  " + one + "\n");
  CHECK(raw(decoded, 0) == one);
  auto list = decode(*format, "[" + one + ", " + R"({"host": "b"}])");
  CHECK(raw(list, 0) == one);
  CHECK(raw(list, 1) == R"({"host": "b"})");
}

TEST_CASE("a body that fails as a whole leaves no place behind") {
  const auto format = make_format("alertmanager_api");
  auto decoded = decode(*format, R"([{"labels": {"alertname": "A"}}, )");
  CHECK(decoded.result.fatal);
  CHECK(decoded.batch->elements.empty());
}

TEST_CASE("a link that is no text names no sender") {
  const auto format = make_format("alertmanager_api");
  const auto decoded =
      decode(*format, R"([{"labels": {"alertname": "A"}, "generatorURL": ["http://evil:9090/"]}])");
  CHECK(decoded.alert().sender.empty());
}
