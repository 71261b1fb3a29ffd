#include <doctest/doctest.h>

#include "tests/support/decode.h"

using namespace deskd;
using namespace deskd::tests;
using rules::Severity;
using rules::Status;

namespace {

/// A body with one alert, whose members are `members`.
std::string one(std::string_view members) {
  return R"({"version":"4","status":"firing","alerts":[{)" + std::string(members) + "}]}";
}

// As Alertmanager 0.25 sends it: the group fires, and one of its alerts is resolved.
constexpr std::string_view group = R"({
  "receiver": "deskd", "status": "firing",
  "alerts": [
    {"status": "firing",
     "labels": {"alertname": "DiskFull", "device": "/dev/sda1", "instance": "db1:9100", "job": "node",
                "replica": "a", "severity": "critical"},
     "annotations": {"description": "long", "summary": "Disk full on db1"},
     "startsAt": "2026-11-22T07:58:00.123456789Z", "endsAt": "0001-01-01T00:00:00Z",
     "generatorURL": "http://prometheus:9090/graph?g0.expr=up", "fingerprint": "1d4e8b2f3a5c6d7e"},
    {"status": "resolved",
     "labels": {"alertname": "DiskFull", "device": "/dev/sdb1", "instance": "db1:9100", "job": "node",
                "replica": "b", "severity": "page"},
     "annotations": {"description": "only this"},
     "startsAt": "2026-11-22T07:00:00Z", "endsAt": "2026-11-22T07:59:00Z",
     "generatorURL": "", "fingerprint": "00000000deadbeef"}],
  "groupLabels": {"alertname": "DiskFull"}, "commonLabels": {"job": "node"}, "commonAnnotations": {},
  "externalURL": "http://alertmanager:9093", "version": "4",
  "groupKey": "{}:{alertname=\"DiskFull\"}", "truncatedAlerts": 0})";

}  // namespace

TEST_CASE("a group as Alertmanager sends it") {
  const auto decoded = decode(*make_format("alertmanager"), group);
  CHECK(decoded.first_error() == "");
  REQUIRE(decoded.alerts().size() == 2);
  const rules::Alert& firing = decoded.alerts()[0];
  CHECK(firing.status == Status::firing);
  CHECK(firing.type == "DiskFull");
  CHECK(firing.resource == "db1:9100");
  CHECK(firing.severity == Severity::critical);
  CHECK(firing.qualifier == R"(device="/dev/sda1",job="node")");
  CHECK(firing.summary == "Disk full on db1");
  CHECK(firing.key == "1d4e8b2f3a5c6d7e");
  CHECK(firing.sender == "");
  CHECK(firing.labels.size() == 6);
  CHECK(rules::find_label(firing.labels, "replica") == "a");
  CHECK(firing.received_at == received_at);
  CHECK(firing.event_at == received_at);
  CHECK(rules::rfc3339(firing.starts_at) == "2026-11-22T07:58:00.123Z");
  CHECK_FALSE(rules::is_known(firing.ends_at));

  const rules::Alert& resolved = decoded.alerts()[1];
  CHECK(resolved.status == Status::resolved);      // its own status, not the group's
  CHECK(resolved.severity == Severity::critical);  // the source's own word "page"
  CHECK(resolved.summary == "only this");
  CHECK_FALSE(rules::is_known(resolved.ends_at));
}

TEST_CASE("ignored labels are the source's, and stay labels") {
  const auto format = make_format("alertmanager", "ignore_labels: [device, job]");
  const auto decoded = decode(*format, group);
  REQUIRE(decoded.alerts().size() == 2);
  CHECK(decoded.alerts()[0].qualifier == R"(replica="a")");
  CHECK(rules::find_label(decoded.alerts()[0].labels, "job") == "node");
}

TEST_CASE("without a fingerprint the labels make the key") {
  const auto format = make_format("alertmanager");
  const auto key = [&](std::string_view labels, std::string_view rest = "") {
    return std::string(decode(*format, one(R"("status":"firing","labels":)" + std::string(labels) +
                                           std::string(rest)))
                           .alert()
                           .key);
  };
  const std::string first = key(R"({"a":"1","b":"2"})");
  CHECK(first.size() == 16);
  CHECK(first.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(key(R"({"b":"2","a":"1"})") == first);
  CHECK(key(R"({"a":"1","b":"2","c":""})") == first);
  CHECK(key(R"({"a":"1","b":"2"})", R"(,"fingerprint":"")") == first);
  CHECK(key(R"({"a":"1","b":"3"})") != first);
  CHECK(key(R"({"a":"12"})") != key(R"({"a1":"2"})"));
}

TEST_CASE("a label's value stands in the qualifier as Prometheus prints it") {
  const auto decoded = decode(*make_format("alertmanager"),
                              one(R"("status":"firing","labels":{"q":"a\"b\\c\nd","p":"é"})"));
  CHECK(decoded.alert().qualifier == R"(p="é",q="a\"b\\c\nd")");
  CHECK(rules::find_label(decoded.alert().labels, "q") == "a\"b\\c\nd");
}

TEST_CASE("severities no one knows are unknown and counted, missing ones are unknown") {
  const auto format = make_format("alertmanager");
  const auto odd = decode(*format, one(R"("status":"firing","labels":{"severity":"purple"})"));
  CHECK(odd.alert().severity == Severity::unknown);
  CHECK(odd.result.severity_unknown == 1);
  const auto none = decode(*format, one(R"("status":"firing","labels":{"a":"b"})"));
  CHECK(none.alert().severity == Severity::unknown);
  CHECK(none.result.severity_unknown == 0);
}

TEST_CASE("a bad element is left out and told, and the good ones are taken") {
  struct Row {
    const char* name;
    std::string element, expected;
  };
  const Row rows[] = {
      {"no object", "7", "/alerts/1: an object expected, not a number"},
      {"null", "null", "/alerts/1: an object expected, not null"},
      {"no labels", R"({"status":"firing"})", "/alerts/1/labels: at least one label is needed"},
      {"empty labels", R"({"status":"firing","labels":{"a":""}})",
       "/alerts/1/labels: at least one label is needed"},
      {"labels as a list", R"({"status":"firing","labels":[]})",
       "/alerts/1/labels: an object expected, not a list"},
      {"a number as a label", R"({"status":"firing","labels":{"a/b":1}})",
       "/alerts/1/labels/a~1b: text expected, not a number"},
      {"an empty name", R"({"status":"firing","labels":{"":"x"}})",
       "/alerts/1/labels: a name is empty"},
      {"annotations as text", R"({"status":"firing","labels":{"a":"b"},"annotations":"x"})",
       "/alerts/1/annotations: an object expected, not text"},
      {"no status", R"({"labels":{"a":"b"}})", "/alerts/1/status: missing"},
      {"an unknown status", R"({"status":"Firing","labels":{"a":"b"}})",
       "/alerts/1/status: 'firing' or 'resolved' expected, not 'Firing'"},
      {"a status that is no text", R"({"status":[],"labels":{"a":"b"}})",
       "/alerts/1/status: 'firing' or 'resolved' expected, not a list"},
      {"a long value",
       R"({"status":"firing","labels":{"a":")" + std::string(70'000, 'x') + R"("}})",
       "/alerts/1/labels: longer than 65536 bytes"},
      {"long labels together",
       R"({"status":"firing","labels":{"a":")" + std::string(40'000, 'x') + R"(","b":")" +
           std::string(40'000, 'x') + R"("}})",
       "/alerts/1/labels: all labels together are longer than 65536 bytes"},
  };
  const auto format = make_format("alertmanager");
  const std::string good = R"({"status":"firing","labels":{"a":"b"}})";
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto decoded =
        decode(*format, R"({"alerts":[)" + good + "," + row.element + "," + good + "]}");
    CHECK(decoded.first_error() == row.expected);
    CHECK(decoded.result.malformed == 1);
    CHECK_FALSE(decoded.result.fatal);
    CHECK(decoded.result.errors.at(0).index == 1);
    CHECK(decoded.alerts().size() == 2);
  }
}

TEST_CASE("too many labels are malformed") {
  std::string labels;
  for (int i = 0; i < 129; ++i) labels += (i ? ",\"l" : "\"l") + std::to_string(i) + "\":\"x\"";
  const auto decoded =
      decode(*make_format("alertmanager"), one(R"("status":"firing","labels":{)" + labels + "}"));
  CHECK(decoded.first_error() == "/alerts/0/labels: more than 128");
}

TEST_CASE("a bad body takes nothing and counts one") {
  const std::pair<const char*, const char*> rows[] = {
      {"", ": not JSON at line 1, column 1 (byte 0): the body is empty"},
      {"[]", "/alerts: missing"},
      {"{}", "/alerts: missing"},
      {R"({"alerts":null})", "/alerts: a list expected, not null"},
      {R"({"alerts":{}})", "/alerts: a list expected, not an object"},
      {"{\n  \"alerts\": [tru]}", ": not JSON at line 2, column 14 (byte 15): a value expected"},
      {R"({"alerts":[{"status":"firing","labels":{"a":"b"}}],"x":tru})",
       ": not JSON at line 1, column 56 (byte 55): a value expected"},
  };
  const auto format = make_format("alertmanager");
  for (const auto& [body, expected] : rows) {
    CAPTURE(body);
    const auto decoded = decode(*format, body);
    CHECK(decoded.first_error() == expected);
    CHECK(decoded.result.fatal);
    CHECK(decoded.result.malformed == 1);
    CHECK(decoded.alerts().empty());
  }
}

TEST_CASE("an empty group is well, and so are fields that only Grafana sends") {
  const auto format = make_format("alertmanager");
  CHECK(decode(*format, R"({"alerts":[]})").first_error() == "");
  const auto grafana = decode(*format, one(R"("status":"firing","labels":{"alertname":"x"},
    "values":{"A":1e3},"valueString":"[ var='A' ]","silenceURL":"http://g","startsAt":"garbage")"));
  CHECK(grafana.alert().type == "x");
  CHECK_FALSE(rules::is_known(grafana.alert().starts_at));
}

TEST_CASE("only the first bad elements are named, and all are counted") {
  std::string elements = "1";
  for (int i = 1; i < 5000; ++i) elements += ",1";
  const auto decoded = decode(*make_format("alertmanager"), R"({"alerts":[)" + elements + "]}");
  CHECK(decoded.result.malformed == 5000);
  CHECK(decoded.result.errors.size() == limits::errors_in_answer_max);
}

TEST_CASE("the number of alerts in a body is bounded") {
  std::string elements = "1";
  for (std::size_t i = 1; i <= limits::batch_alerts_max; ++i) elements += ",1";
  const auto decoded = decode(*make_format("alertmanager"), R"({"alerts":[)" + elements + "]}");
  CHECK(decoded.first_error() == "/alerts: more than 100000 alerts in one body");
}
