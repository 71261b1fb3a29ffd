// What a mapping may take from beside a Kafka message's value, and messages that share a batch.

#include <doctest/doctest.h>

#include <array>

#include "config/limits.h"
#include "tests/support/decode.h"

using namespace deskd;
using namespace deskd::connectors;
using tests::received_at;

namespace {

/// A source of kind kafka; what it decoded, with the batch.
struct Bus {
  explicit Bus(std::string_view yaml) {
    config::Problems problems;
    const auto file = std::make_shared<const config::SourceFile>(
        config::SourceFile{"deskd.yaml", std::string(yaml)});
    const auto node = config::parse_yaml(file, problems);
    REQUIRE(node.has_value());
    config::MapReader reader(*node, problems, "a source");
    source.name = "bus";
    source.kind = SourceKind::kafka;
    source.reader =
        make_format("generic", {.kind = SourceKind::kafka, .source = reader, .problems = problems});
    REQUIRE_MESSAGE(source.reader != nullptr, problems.text());
  }

  /// The values of all messages, behind each other, as a Kafka source has them.
  Decoded take(std::string_view value, const KafkaEnvelope& kafka, rules::Time at = received_at) {
    const std::size_t begin = batch.received().size();
    REQUIRE(batch.received().capacity() >= begin + value.size());
    batch.received() += value;
    const std::string_view body = std::string_view(batch.received()).substr(begin);
    return decode(source, judging, {.body = body, .received_at = at, .kafka = &kafka}, batch);
  }

  static std::string roomy() {
    std::string bytes;
    bytes.reserve(4096);
    return bytes;
  }

  Source source;
  Judging judging;
  Batch batch{roomy()};
};

std::string error_of(const Decoded& decoded) {
  if (decoded.fatal) return decoded.fatal->pointer + ": " + decoded.fatal->detail;
  if (decoded.errors.empty()) return "";
  return decoded.errors.front().pointer + ": " + decoded.errors.front().detail;
}

}  // namespace

TEST_CASE("key, headers, topic, partition, offset and time of a message can be mapped") {
  Bus bus(R"(mapping:
  type: /check
  resource: [/host, {kafka: key}]
  sender: {kafka: headers.agent}
  status: {at: {kafka: headers.state}, firing: [bad], resolved: [good]}
  severity: {kafka: headers.prio, map: {1: critical}, default: info}
  time: {kafka: timestamp}
  labels:
    topic: {kafka: topic}
    partition: {kafka: partition}
    offset: {kafka: offset}
    at: {kafka: timestamp}
    none: {kafka: headers.none}
)");
  const std::array<KafkaHeader, 4> headers{
      {{"agent", "a0"}, {"state", "good"}, {"prio", "1"}, {"agent", "a1"}}};
  const KafkaEnvelope kafka{.topic = "alerts",
                            .partition = 3,
                            .offset = 9007199254740993,
                            .timestamp = received_at,
                            .key = "edge-7",
                            .headers = headers};
  CHECK(error_of(bus.take(R"({"check": "ping"})", kafka)) == "");
  REQUIRE(bus.batch.alerts.size() == 1);
  const rules::Alert& alert = bus.batch.alerts.front();
  CHECK(alert.source == bus.batch.source);
  CHECK(alert.resource == "edge-7");
  CHECK(alert.sender == "a1");  // of a name that stands twice the last counts
  CHECK(alert.status == rules::Status::resolved);
  CHECK(alert.severity == rules::Severity::critical);
  CHECK(rules::find_label(alert.labels, "topic") == "alerts");
  CHECK(rules::find_label(alert.labels, "partition") == "3");
  CHECK(rules::find_label(alert.labels, "offset") == "9007199254740993");
  CHECK(rules::find_label(alert.labels, "at") == "2026-11-22T08:00:00.000Z");
  CHECK(rules::find_label(alert.labels, "none") == "");
  CHECK(alert.event_at == received_at);
}

TEST_CASE("what the value has stands before what is beside it, in the order of the list") {
  Bus bus("mapping: {type: {const: t}, resource: [/host, {kafka: key}]}");
  CHECK(error_of(bus.take(R"({"host": "a"})", {.key = "b"})) == "");
  CHECK(bus.batch.alerts.front().resource == "a");
}

TEST_CASE("bytes that are no text are shown in hexadecimal, and too many of them are malformed") {
  Bus bus("mapping: {type: {const: t}, resource: {kafka: key}}");
  CHECK(error_of(bus.take("{}", {.key = std::string_view("\x00\xFF\x10", 3)})) == "");
  CHECK(bus.batch.alerts.front().resource == "0x00ff10");
  const std::string long_key(limits::text_bytes_max, '\xFF');
  CHECK(error_of(bus.take("{}", {.key = long_key})) == "{kafka: key}: longer than 65536 bytes");
  const std::string long_text(limits::text_bytes_max + 1, 'a');
  CHECK(error_of(bus.take("{}", {.key = long_text})) == "{kafka: key}: longer than 65536 bytes");
}

TEST_CASE("a mistake in a header is told by its name") {
  Bus bus("mapping: {type: {const: t}, status: {kafka: headers.state}}");
  const std::array<KafkaHeader, 1> headers{{{"state", "perhaps"}}};
  CHECK(error_of(bus.take("{}", {.headers = headers})) ==
        "{kafka: headers.state}: 'perhaps' is no status");
  CHECK(error_of(bus.take("{}", {})) == "{kafka: headers.state}: no status");
}

TEST_CASE("a bad message takes nothing from those before it in the batch") {
  Bus bus("mapping: {type: /t, key: {kafka: offset}}");
  CHECK(error_of(bus.take(R"({"t": "a"})", {.offset = 1})) == "");
  CHECK(bus.take(R"([{"t": "b"}, 7)", {.offset = 2}).fatal.has_value());
  CHECK(bus.take("", {.offset = 3}).fatal.has_value());
  CHECK(error_of(bus.take(R"([{"t": "c"}, {"t": []}])", {.offset = 4})) ==
        "/1/t: text, a number or true or false expected, not a list");
  REQUIRE(bus.batch.alerts.size() == 2);
  CHECK(bus.batch.alerts[0].type == "a");
  CHECK(bus.batch.alerts[1].type == "c");
  CHECK(bus.batch.alerts[1].key == "4");
  REQUIRE(bus.batch.elements.size() == 2);
  CHECK(bus.batch.received().substr(bus.batch.elements[1].offset, 10) == R"({"t": "c"})");
}

TEST_CASE("each message has a time of its own") {
  Bus bus("mapping: {type: /t, time: /at}");
  const rules::Time earlier = received_at - std::chrono::hours{3};
  bus.take(R"({"t": "a"})", {}, earlier);
  CHECK(bus.batch.alerts.back().received_at == earlier);
  CHECK(bus.batch.alerts.back().event_at == earlier);
  const Decoded decoded = bus.take(R"({"t": "b", "at": "2026-11-22T08:00:00Z"})", {}, earlier);
  CHECK(decoded.event_time_clamped == 1);
  CHECK(bus.batch.alerts.back().event_at == earlier + bus.judging.max_skew);
}
