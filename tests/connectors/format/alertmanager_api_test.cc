#include "connectors/format/alertmanager_api.h"

#include <doctest/doctest.h>

#include "tests/support/decode.h"

using namespace deskd;
using namespace deskd::tests;
using rules::Status;

TEST_CASE("a list as Prometheus sends it") {
  const auto decoded = decode(*make_format("alertmanager_api"), R"([
    {"annotations":{"summary":"up is gone"},"startsAt":"2026-11-22T07:59:00.5Z",
     "endsAt":"2026-11-22T08:03:00.5Z","generatorURL":"http://prom-1:9090/graph?g0.expr=up&g0.tab=1",
     "labels":{"alertname":"Down","instance":"h1","job":"node","prometheus_replica":"prom-1",
               "severity":"warning"}}])");
  const rules::Alert& alert = decoded.alert();
  CHECK(alert.status == Status::firing);
  CHECK(alert.type == "Down");
  CHECK(alert.resource == "h1");
  CHECK(alert.qualifier == R"(job="node")");
  CHECK(alert.sender == "prom-1:9090");
  CHECK(alert.key.size() == 16);
  CHECK(alert.severity == rules::Severity::warning);
  CHECK(alert.summary == "up is gone");
  CHECK(rules::rfc3339(alert.ends_at) == "2026-11-22T08:03:00.500Z");
  CHECK(rules::rfc3339(alert.starts_at) == "2026-11-22T07:59:00.500Z");
  CHECK(alert.event_at == received_at);
}

TEST_CASE("the status comes from endsAt") {
  struct Row {
    const char* name;
    std::string member;
    Status status;
    std::string ends_at;
  };
  const std::string timeout = "2026-11-22T08:05:00.000Z";  // receipt + resolve_timeout
  const Row rows[] = {
      {"absent", "", Status::firing, timeout},
      {"null", R"("endsAt":null,)", Status::firing, timeout},
      {"empty", R"("endsAt":"",)", Status::firing, timeout},
      {"Go's zero", R"("endsAt":"0001-01-01T00:00:00Z",)", Status::firing, timeout},
      {"Go's zero with fraction", R"("endsAt":"0001-01-01T00:00:00.000Z",)", Status::firing,
       timeout},
      {"in the future", R"("endsAt":"2026-11-22T08:00:00.001Z",)", Status::firing,
       "2026-11-22T08:00:00.001Z"},
      {"now", R"("endsAt":"2026-11-22T08:00:00Z",)", Status::resolved, "2026-11-22T08:00:00.000Z"},
      {"in the past", R"("endsAt":"2020-01-01T00:00:00Z",)", Status::resolved,
       "2020-01-01T00:00:00.000Z"},
      {"long ago", R"("endsAt":"1500-01-01T00:00:00Z",)", Status::resolved,
       "1680-01-01T00:00:00.000Z"},
      {"the far future", R"("endsAt":"9999-12-31T23:59:59Z",)", Status::firing,
       "2260-12-31T23:59:59.000Z"},
      {"with an offset", R"("endsAt":"2026-11-22T09:30:00+01:00",)", Status::firing,
       "2026-11-22T08:30:00.000Z"},
  };
  const auto format = make_format("alertmanager_api");
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto decoded = decode(*format, "[{" + row.member + R"("labels":{"alertname":"x"}}])");
    CHECK(decoded.alert().status == row.status);
    CHECK(rules::rfc3339(decoded.alert().ends_at) == row.ends_at);
  }
  // The epoch itself is what "not known" is made of; it is long ago all the same.
  const auto epoch =
      decode(*format, R"([{"endsAt":"1970-01-01T00:00:00Z","labels":{"alertname":"x"}}])");
  CHECK(epoch.alert().status == Status::resolved);
}

TEST_CASE("bad elements") {
  struct Row {
    const char* name;
    std::string element, expected;
  };
  const Row rows[] = {
      {"a bad endsAt", R"({"endsAt":"soon","labels":{"a":"b"}})",
       "/1/endsAt: an RFC 3339 time expected, not 'soon'"},
      {"a number as endsAt", R"({"endsAt":1795334400,"labels":{"a":"b"}})",
       "/1/endsAt: an RFC 3339 time expected, not a number"},
      {"a bad startsAt", R"({"startsAt":"2026-13-01T00:00:00Z","labels":{"a":"b"}})",
       "/1/startsAt: an RFC 3339 time expected, not '2026-13-01T00:00:00Z'"},
      {"no labels", R"({"annotations":{}})", "/1/labels: at least one label is needed"},
      {"only empty labels", R"({"labels":{"a":"","b":null}})",
       "/1/labels: at least one label is needed"},
  };
  const auto format = make_format("alertmanager_api");
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto decoded =
        decode(*format, R"([{"labels":{"a":"b"}},)" + row.element + R"(,{"labels":{"a":"c"}}])");
    CHECK(decoded.first_error() == row.expected);
    CHECK(decoded.alerts().size() == 2);
  }
}

TEST_CASE("the body is a list") {
  const auto format = make_format("alertmanager_api");
  CHECK(decode(*format, "{}").first_error() == ": a list expected, not an object");
  CHECK(decode(*format, "[]").first_error() == "");
}

TEST_CASE("label names that only newer Prometheus versions have are taken") {
  const auto decoded =
      decode(*make_format("alertmanager_api"), R"([{"labels":{"k8s.pod name":"x","é":"y"}}])");
  CHECK(rules::find_label(decoded.alert().labels, "k8s.pod name") == "x");
}

TEST_CASE("host and port of generatorURL") {
  const std::string long_name(300, 'x');
  const std::pair<std::string, std::string> rows[] = {
      {"http://prom:9090/graph", "prom:9090"},
      {"https://prom.example", "prom.example"},
      {"http://user:pa@ss@prom:9090?x", "prom:9090"},
      {"http://[2001:db8::1]:9090/graph", "[2001:db8::1]:9090"},
      {"http://prom#x@y", "prom"},
      {"/graph", ""},
      {"", ""},
      {"http://", ""},
      {"http://" + long_name, ""},
  };
  for (const auto& [url, expected] : rows) {
    CAPTURE(url);
    CHECK(connectors::authority(url) == expected);
  }
}
