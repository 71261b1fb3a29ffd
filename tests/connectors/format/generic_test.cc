#include <doctest/doctest.h>

#include <string>

#include "tests/support/decode.h"

using namespace deskd;
using namespace deskd::tests;
using rules::Severity;
using rules::Status;

namespace {

std::string text_of(std::span<const rules::Label> labels) {
  std::string all;
  for (const auto& [name, value] : labels) {
    all.append(all.empty() ? "" : " ").append(name).append("=").append(value);
  }
  return all;
}

// Every form that the mapping has.
constexpr std::string_view whole_mapping = R"(mapping:
  each: /checks
  resource: [/host, ^/host]
  type: /check
  qualifier: /disk
  key: /id
  status: {at: /state, firing: [bad, 1], resolved: [ok, 0]}
  severity: {at: /prio, map: {1: page, 2: warning}, default: info}
  summary: /text
  sender: ^/agent
  annotations: {url: /link, tool: {const: acme}}
  time: /at
  labels: {site: ^/site, all: /tags, dc: {at: /zone, default: none}}
)";

}  // namespace

TEST_CASE("a body that uses the whole mapping") {
  const auto decoded = decode(*make_format("generic", whole_mapping), R"({
    "host": "edge-1", "agent": "10.0.0.9", "site": "fra",
    "checks": [
      {"check": "disk", "disk": "/dev/sda", "id": 4711, "state": "bad", "prio": 1, "text": "full",
       "link": "http://x", "at": 1795334399.5, "tags": {"env": "prod", "site": "ber", "n": 7}, "zone": "z1"},
      {"host": "edge-2", "check": "ping", "state": 0, "prio": 9, "at": "2026-11-22T07:59:00Z", "tags": null}
    ]})");
  CHECK(decoded.first_error() == "");
  REQUIRE(decoded.alerts().size() == 2);
  const rules::Alert& first = decoded.alerts()[0];
  CHECK(first.resource == "edge-1");  // from the root: the element has none
  CHECK(first.type == "disk");
  CHECK(first.qualifier == "/dev/sda");
  CHECK(first.key == "4711");
  CHECK(first.status == Status::firing);
  CHECK(first.severity == Severity::critical);  // 1 → page, the source's own word
  CHECK(first.summary == "full");
  CHECK(first.sender == "10.0.0.9");
  CHECK(text_of(first.annotations) == "tool=acme url=http://x");
  CHECK(text_of(first.labels) == "dc=z1 env=prod n=7 site=fra");  // a named one stands over `all`
  CHECK(rules::rfc3339(first.event_at) == "2026-11-22T07:59:59.500Z");
  CHECK(first.received_at == received_at);

  const rules::Alert& second = decoded.alerts()[1];
  CHECK(second.resource == "edge-2");
  CHECK(second.status == Status::resolved);
  CHECK(second.severity == Severity::info);  // not in the map: the default
  CHECK(second.key == "");
  CHECK(second.qualifier == "");
  CHECK(text_of(second.labels) == "dc=none site=fra");
}

TEST_CASE("without each, the body is one alert or a list of them") {
  const auto format = make_format("generic", "mapping: {resource: /host, type: {const: x}}");
  CHECK(decode(*format, R"({"host":"a"})").alert().resource == "a");
  const auto list = decode(*format, R"([{"host":"a"},{"host":"b"}])");
  REQUIRE(list.alerts().size() == 2);
  CHECK(list.alerts()[1].resource == "b");
  CHECK(decode(*format, "[]").alerts().empty());
}

TEST_CASE("scalars are taken as they were sent") {
  const auto format = make_format("generic", "mapping: {resource: /v}");
  const std::pair<const char*, const char*> rows[] = {
      {"\"text\"", "text"},
      {"123456789012345678901234567890", "123456789012345678901234567890"},
      {"1.10", "1.10"},
      {"-0", "-0"},
      {"1e400", "1e400"},
      {"true", "true"},
      {"false", "false"},
      {R"("{$ZABBIX.URL}")", "{$ZABBIX.URL}"},
      {R"("caf\u00e9")", "café"},
  };
  for (const auto& [sent, expected] : rows) {
    CAPTURE(sent);
    CHECK(decode(*format, R"({"v":)" + std::string(sent) + "}").alert().resource == expected);
  }
}

TEST_CASE("the first path that has a value wins; null and empty are none") {
  const auto format =
      make_format("generic", "mapping: {type: {const: x}, resource: [/a, /b/0, ^/c]}");
  const std::pair<const char*, const char*> rows[] = {{R"({"a":"1","b":["2"]})", "1"},
                                                      {R"({"a":null,"b":["2"]})", "2"},
                                                      {R"({"a":"","b":["2"]})", "2"},
                                                      {R"({"b":[],"c":3})", "3"},
                                                      {R"({"a":0})", "0"},
                                                      {R"({})", ""}};
  for (const auto& [body, expected] : rows) {
    CAPTURE(body);
    CHECK(decode(*format, body).alert().resource == expected);
  }
}

TEST_CASE("a missing qualifier is the key") {
  const auto format = make_format("generic", "mapping: {key: /id, qualifier: /q}");
  CHECK(decode(*format, R"({"id":"7"})").alert().qualifier == "7");
  CHECK(decode(*format, R"({"id":"7","q":"8"})").alert().qualifier == "8");
}

TEST_CASE("statuses") {
  struct Row {
    const char* name;
    const char* mapping;
    const char* body;
    const char* expected;  // a status, or the error
  };
  const Row rows[] = {
      {"not mapped", "{type: /t}", R"({"t":"x","status":"resolved"})", "firing"},
      {"own words", "{type: /t, status: {at: /s, firing: [bad], resolved: [ok]}}",
       R"({"t":"x","s":"ok"})", "resolved"},
      {"own words are exact", "{type: /t, status: {at: /s, firing: [bad], resolved: [ok]}}",
       R"({"t":"x","s":"OK"})", "/s: 'OK' is no status"},
      {"booleans", "{type: /t, status: {at: /up, firing: [false], resolved: [true]}}",
       R"({"t":"x","up":true})", "resolved"},
      {"in neither list", "{type: /t, status: {at: /s, firing: [1], resolved: [0]}}",
       R"({"t":"x","s":2})", "/s: '2' is no status"},
      {"missing", "{type: /t, status: {at: /s, firing: [1], resolved: [0]}}", R"({"t":"x"})",
       "/s: no status"},
      {"missing, with a default",
       "{type: /t, status: {at: /s, firing: [1], resolved: [0], default: resolved}}",
       R"({"t":"x"})", "resolved"},
      {"in neither list, with a default",
       "{type: /t, status: {at: /s, firing: [1], resolved: [0], default: resolved}}",
       R"({"t":"x","s":5})", "/s: '5' is no status"},
      {"a list of paths", "{type: /t, status: {at: [/s, /u], firing: [1], resolved: [0]}}",
       R"({"t":"x","u":0})", "resolved"},
      {"a path alone: the common words in any case", "{type: /t, status: /s}",
       R"({"t":"x","s":"PROBLEM"})", "firing"},
      {"the other ones", "{type: /t, status: /s}", R"({"t":"x","s":"Recovered"})", "resolved"},
      {"no common word", "{type: /t, status: /s}", R"({"t":"x","s":"acknowledged"})",
       "/s: 'acknowledged' is no status"},
      {"a constant", "{type: /t, status: {const: resolved}}", R"({"t":"x"})", "resolved"},
      {"a map", "{type: /t, status: {at: /s, map: {up: resolved, gone: firing}}}",
       R"({"t":"x","s":"gone"})", "firing"},
      {"a map without the value", "{type: /t, status: {at: /s, map: {up: resolved}}}",
       R"({"t":"x","s":"gone"})", "/s: no status"},
      {"a map with a default", "{type: /t, status: {at: /s, map: {up: resolved}, default: firing}}",
       R"({"t":"x","s":"gone"})", "firing"},
      {"a list as status", "{type: /t, status: /s}", R"({"t":"x","s":[]})",
       "/s: text, a number or true or false expected, not a list"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto decoded =
        decode(*make_format("generic", "mapping: " + std::string(row.mapping)), row.body);
    const std::string error = decoded.first_error();
    CHECK((error.empty() ? std::string(name(decoded.alert().status)) : error) == row.expected);
  }
}

TEST_CASE("event times are clamped to the receipt and max_skew, and counted") {
  const auto format = make_format("generic", "mapping: {type: {const: x}, time: /at}");
  struct Row {
    const char* name;
    const char* sent;
    const char* event_at;
    std::uint64_t clamped;
  };
  const Row rows[] = {
      {"absent", "null", "2026-11-22T08:00:00.000Z", 0},
      {"Go's zero", R"("0001-01-01T00:00:00Z")", "2026-11-22T08:00:00.000Z", 0},
      {"seconds", "1795334340", "2026-11-22T07:59:00.000Z", 0},
      {"milliseconds in a text", R"("1795334340500")", "2026-11-22T07:59:00.500Z", 0},
      {"nanoseconds", "1795334340123456789", "2026-11-22T07:59:00.123Z", 0},
      {"an offset without colon", R"("2026-11-22T08:59:00.000+0100")", "2026-11-22T07:59:00.000Z",
       0},
      {"within the skew", R"("2026-11-22T08:10:00Z")", "2026-11-22T08:10:00.000Z", 0},
      {"beyond it", R"("2026-11-22T08:10:00.001Z")", "2026-11-22T08:10:00.000Z", 1},
      {"the year 9999", R"("9999-12-31T00:00:00Z")", "2026-11-22T08:10:00.000Z", 1},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto decoded = decode(*format, R"({"at":)" + std::string(row.sent) + "}");
    CHECK(rules::rfc3339(decoded.alert().event_at) == row.event_at);
    CHECK(decoded.result.event_time_clamped == row.clamped);
  }
  CHECK(decode(*format, R"({"at":"22/11/2026"})").first_error() ==
        "/at: '22/11/2026' is neither an RFC 3339 time nor a number since the epoch");
}

TEST_CASE("objects and lists under a label spread") {
  struct Row {
    const char* name;
    const char* labels;
    const char* body;
    const char* expected;
  };
  const Row rows[] = {
      {"all", "{all: /t}", R"({"t":{"a":"1","b":2,"c":null,"d":"","e":true}})", "a=1 b=2 e=true"},
      {"all that is a text", "{all: /t}", R"({"t":"x"})", "all=x"},
      {"a name", "{tag: /t}", R"({"t":{"a":"1","b":"2"}})", "tag.a=1 tag.b=2"},
      {"nested", "{all: /t}", R"({"t":{"a":{"b":{"c":1}},"d":{}}})", "a.b.c=1"},
      {"a list", "{ports: /t}", R"({"t":[80,443]})", "ports.0=80 ports.1=443"},
      {"a list of objects", "{all: /t}", R"({"t":[{"k":"a"},{"k":"b"}]})", "0.k=a 1.k=b"},
      {"the same name twice", "{all: /t}", R"({"t":{"a":1,"a":2}})", "a=2"},
      {"a named one stands over all, wherever it stands", "{a: /x, all: /t}",
       R"({"x":"named","t":{"a":"spread","b":1}})", "a=named b=1"},
      {"a named one that is missing leaves it", "{a: /x, all: /t}", R"({"t":{"a":"spread"}})",
       "a=spread"},
      {"from the root", "{all: ^/t}", R"({"t":{"a":"1"}})", "a=1"},
      {"the whole body", "{all: ''}", R"({"h":"x","n":{"m":1}})", "h=x n.m=1"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto format = make_format(
        "generic", "mapping: {type: {const: x}, labels: " + std::string(row.labels) + "}");
    const auto decoded = decode(*format, row.body);
    CHECK(decoded.first_error() == "");
    CHECK(text_of(decoded.alert().labels) == row.expected);
  }
}

TEST_CASE("what spreads is bounded") {
  const auto format = make_format("generic", "mapping: {type: {const: x}, labels: {all: ^/t}}");
  std::string members = "\"m0\":null";
  for (int i = 1; i < 200; ++i) members += ",\"m" + std::to_string(i) + "\":null";
  CHECK(decode(*format, R"({"t":{)" + members + "}}").first_error() == "/t: more than 128 members");
  const std::string long_name(1000, 'n');
  CHECK(decode(*format, R"({"t":{")" + long_name + R"(":{")" + long_name + R"(":1}}})")
            .first_error() == "/t/" + long_name + ": a name is longer than 1024 bytes");
}

TEST_CASE("bad elements say where in the body they stand") {
  struct Row {
    const char* name;
    const char* element;
    const char* expected;
  };
  const Row rows[] = {
      {"an object as text", R"({"host":{"name":"a"},"state":1})",
       "/checks/1/host: text, a number or true or false expected, not an object"},
      {"an unknown status", R"({"host":"a","state":"odd"})", "/checks/1/state: 'odd' is no status"},
      {"a bad time", R"({"host":"a","state":1,"at":"x"})",
       "/checks/1/at: 'x' is neither an RFC 3339 time nor a number since the epoch"},
      {"a scalar", "7", "/checks/1/state: no status"},
  };
  const auto format = make_format("generic", whole_mapping);
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto decoded =
        decode(*format, R"({"checks":[{"host":"a","state":1},)" + std::string(row.element) +
                            R"(,{"host":"b","state":0}]})");
    CHECK(decoded.first_error() == row.expected);
    CHECK(decoded.result.errors.at(0).index == 1);
    CHECK(decoded.alerts().size() == 2);
  }
  const auto long_text =
      decode(*make_format("generic", "mapping: {type: /t}"),
             R"({"t":")" + std::string(limits::text_bytes_max + 1, 'x') + R"("})");
  CHECK(long_text.first_error() == "/t: longer than 65536 bytes");
}

TEST_CASE("an element of which nothing is known is malformed") {
  const auto format = make_format("generic");
  CHECK(decode(*format, R"({"heartbeat":null,"monitor":null,"msg":"test"})").first_error() ==
        ": nothing tells it by: it has no resource, type, key or label");
  CHECK(decode(*format, R"({"labels":{"a":"b"}})").first_error() == "");
}

TEST_CASE("each must be a list") {
  const auto format = make_format("generic", "mapping: {each: [/a, /b/c], type: /t}");
  CHECK(decode(*format, R"({"b":{"c":[{"t":"x"}]}})").alert().type == "x");
  CHECK(decode(*format, R"({"a":null,"b":{"c":[{"t":"x"}]}})").alert().type == "x");
  CHECK(decode(*format, R"({})").first_error() == "/a: missing");
  CHECK(decode(*format, R"({"a":{}})").first_error() == "/a: a list expected, not an object");
  CHECK(decode(*format, R"({"b":{"c":3}})").first_error() == "/b/c: a list expected, not a number");
  CHECK(decode(*format, R"({"a":[]})").alerts().empty());
}

TEST_CASE("without a mapping the usual names are read") {
  const auto decoded = decode(*make_format("generic"), R"({
    "host": "web-1", "check": "http", "state": "CRITICAL_BUT_FIRING"})");
  CHECK(decoded.first_error() == "/state: 'CRITICAL_BUT_FIRING' is no status");
  const auto good = decode(*make_format("generic"), R"({
    "resource": "web-1", "type": "http", "severity": "major", "summary": "slow", "key": "k1",
    "status": "OK", "timestamp": 1795334340, "sender": "probe-3", "labels": {"team": "web"},
    "annotations": {"runbook": "http://r"}})");
  const rules::Alert& alert = good.alert();
  CHECK(alert.resource == "web-1");
  CHECK(alert.type == "http");
  CHECK(alert.severity == Severity::major);
  CHECK(alert.summary == "slow");
  CHECK(alert.key == "k1");
  CHECK(alert.qualifier == "k1");
  CHECK(alert.status == Status::resolved);
  CHECK(alert.sender == "probe-3");
  CHECK(text_of(alert.labels) == "team=web");
  CHECK(text_of(alert.annotations) == "runbook=http://r");
  CHECK(rules::rfc3339(alert.event_at) == "2026-11-22T07:59:00.000Z");
}

TEST_CASE("a wide root costs each element nothing") {
  std::string body = R"({"site":"fra")";
  for (int i = 0; i < 200'000; ++i) body += ",\"k" + std::to_string(i) + "\":0";
  body += R"(,"checks":[{"t":"x"})";
  for (int i = 1; i < 50'000; ++i) body += R"(,{"t":"x"})";
  body += "]}";
  const auto format = make_format(
      "generic", "mapping: {each: /checks, type: /t, resource: ^/site, labels: {all: ^/none}}");
  const auto decoded = decode(*format, body);
  REQUIRE(decoded.alerts().size() == 50'000);
  CHECK(decoded.alerts().back().resource == "fra");
}
