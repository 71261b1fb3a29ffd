#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/parse.hpp>

#include "config/limits.h"
#include "daemon/api/matcher.h"
#include "tests/daemon/api/bench.h"
#include "tests/support/golden.h"

using namespace deskd;
using namespace std::chrono_literals;
using api::Matcher;
using test::Bench;
using test::check;

namespace {

const std::string golden = std::string(DESKD_ROOT) + "/tests/golden/api/";

void send_v2(Bench& bench, const std::string& body) {
  const auto answer = bench.post("/api/v2/alerts", body);
  INFO(answer.body);
  REQUIRE(answer.status == 200);
}

std::vector<std::string> names(const boost::json::value& alerts) {
  std::vector<std::string> found;
  for (const auto& alert : alerts.as_array()) {
    found.emplace_back(alert.at("labels").at("alertname").as_string());
  }
  return found;
}

}  // namespace

TEST_CASE("active alarms are shown as Alertmanager shows alerts") {
  Bench bench;
  send_v2(bench, R"([{"labels": {"alertname": "DiskFull", "instance": "h1", "severity": "critical"},
    "annotations": {"summary": "full"}, "startsAt": "2026-11-22T07:59:00Z",
    "generatorURL": "http://prom:9090/graph"}])");
  bench.send(check("edge-7", "linkDown", "major"));
  bench.send(check("edge-8", "linkDown", "major"));
  bench.send(check("edge-8", "linkDown", "major", "ok"));
  test::check_golden(bench.golden("/api/v2/alerts"), golden + "v2_alerts.json");
}

TEST_CASE("alerts are filtered as amtool filters them") {
  Bench bench;
  send_v2(bench,
          R"([{"labels": {"alertname": "DiskFull", "instance": "h1", "severity": "critical"}},
                     {"labels": {"alertname": "DiskSlow", "instance": "h2"}}])");
  bench.send(check("edge-7", "linkDown", "major"));
  struct Row {
    const char* query;
    std::vector<std::string> found;
  };
  const std::vector<Row> rows{
      {"", {"DiskFull", "DiskSlow", "linkDown"}},
      {"active=true&inhibited=false&silenced=false&unprocessed=false",
       {"DiskFull", "DiskSlow", "linkDown"}},
      {"active=false", {}},
      {"filter=alertname%3D%22DiskFull%22", {"DiskFull"}},
      {"filter=alertname%3DDiskFull", {"DiskFull"}},
      {"filter=alertname%3D~%22Disk.*%22", {"DiskFull", "DiskSlow"}},
      {"filter=alertname%3D~%22Disk%22", {}},
      {"filter=alertname!~%22Disk.*%22", {"linkDown"}},
      {"filter=alertname!%3D%22DiskFull%22", {"DiskSlow", "linkDown"}},
      {"filter=alertname%3D~%22Disk.*%22&filter=instance%3D%22h2%22", {"DiskSlow"}},
      {"filter=site%3D%22fra%22", {"linkDown"}},
      {"filter=site%3D%22%22", {"DiskFull", "DiskSlow"}},
      {"filter=severity%3D%22major%22", {"linkDown"}},
      {"receiver=net.*", {"linkDown"}},
      {"receiver=net", {}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.query);
    CHECK(names(bench.read(std::string("/api/v2/alerts?") + row.query)) == row.found);
  }
}

TEST_CASE("mistakes are answered as Alertmanager answers them: 400 and a JSON text") {
  Bench bench;
  for (const char* query : {"filter=nonsense", "filter=a%3D~%22(%22", "receiver=(", "activ=true"}) {
    CAPTURE(query);
    const auto answer = bench.get(std::string("/api/v2/alerts?") + query);
    CHECK(answer.status == 400);
    CHECK(boost::json::parse(answer.body).is_string());
  }
}

TEST_CASE("a list of many alerts is gathered in bounded looks, between which alerts are taken") {
  Bench bench;
  std::string body = R"({"checks": [)";
  for (int i = 0; i < 1'200; ++i) {
    if (i > 0) body += ",";
    body += R"({"host": "h)" + std::to_string(i) + R"(", "check": "x", "state": "bad"})";
  }
  bench.send(body + "]}");
  bench.access.looks = 0;
  CHECK(bench.read("/api/v2/alerts").as_array().size() == 1'200);
  CHECK(bench.access.looks == 3);
  bool is_first = true;
  bench.access.between_looks = [&] {
    if (std::exchange(is_first, false)) bench.send(check("one-more", "x", "major"));
  };
  CHECK(bench.read("/api/v2/alerts").as_array().size() == 1'201);
}

TEST_CASE("while the ledger stalls a list is whole all the same, and says so") {
  Bench bench;
  for (const std::size_t hosts : {2'000, 3'000}) bench.send(test::many_checks(hosts));
  bench.access.unconfirmed = "the ledger is slow";
  const auto answer = bench.get("/api/v2/alerts");
  CHECK(boost::json::parse(answer.body).as_array().size() == 3'000);
  const auto has = [&](std::string_view name, std::string_view value) {
    return std::ranges::find(answer.headers, std::pair(std::string(name), std::string(value))) !=
           answer.headers.end();
  };
  CHECK(has("Desk-Unconfirmed", "the ledger is slow"));
}

TEST_CASE("a list ends after ten thousand alerts, and says so") {
  Bench bench;
  bench.send(test::many_checks(limits::v2_alerts_max));
  const auto truncated = [&] {
    const auto answer = bench.get("/api/v2/alerts");
    CHECK(boost::json::parse(answer.body).as_array().size() == limits::v2_alerts_max);
    const std::pair<std::string, std::string> header("Desk-Truncated", "the first 10000 alerts");
    return std::ranges::find(answer.headers, header) != answer.headers.end();
  };
  CHECK_FALSE(truncated());
  bench.send(check("one-more", "x", "major"));
  CHECK(truncated());
}

TEST_CASE("a filter looks at the same labels as are shown") {
  Bench bench;
  send_v2(bench, R"([{"labels": {"alertname": "A", "instance": "h1", "severity": "critical"}}])");
  bench.send(check("edge-7", "linkDown", "major"));
  const auto all = bench.read("/api/v2/alerts");
  REQUIRE(all.as_array().size() == 2);
  for (const auto& alert : all.as_array()) {
    for (const auto& label : alert.at("labels").as_object()) {
      const std::string filter =
          std::string(label.key()) + "%3D" + label.value().as_string().c_str();
      CAPTURE(filter);
      const auto found = bench.read("/api/v2/alerts?filter=" + filter).as_array();
      CHECK(std::ranges::find(found, alert) != found.end());
    }
  }
}

TEST_CASE("status, receivers, groups and silences have the shapes that amtool reads") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  const auto status = bench.read("/api/v2/status");
  CHECK(status.at("cluster").at("status") == "disabled");
  CHECK(status.at("uptime") == "2026-11-22T08:00:00.000Z");
  for (const char* key : {"version", "revision", "branch", "buildUser", "buildDate", "goVersion"}) {
    CHECK(status.at("versionInfo").at(key).is_string());
  }
  CHECK(status.at("config").at("original").is_string());
  const auto receivers = bench.read("/api/v2/receivers");
  REQUIRE(receivers.as_array().size() == 3);
  CHECK(receivers.at(0).at("name") == "network");
  const auto groups = bench.read("/api/v2/alerts/groups");
  REQUIRE(groups.as_array().size() == 1);
  CHECK(groups.at(0).at("receiver").at("name") == "network");
  CHECK(groups.at(0).at("alerts").as_array().size() == 1);
  CHECK(bench.read("/api/v2/silences").as_array().empty());
}

TEST_CASE("matchers are read as Alertmanager reads them") {
  struct Row {
    const char* text;
    const char* name;
    const char* value;
    bool matches;
  };
  const std::vector<Row> rows{
      {"a=b", "a", "b", true},
      {"a=b", "a", "bb", false},
      {" a = \"b\" ", "a", "b", true},
      {"a=\"\"", "a", "", true},
      {"a=", "a", "", true},
      {"a!=b", "a", "", true},
      {"a!=b", "a", "b", false},
      {"a=~b.", "a", "bc", true},
      {"a=~b.", "a", "bcd", false},
      {"a=~\"x|y\"", "a", "y", true},
      {"a!~b.", "a", "bc", false},
      {R"(a="q\"uo\\te\n")", "a", "q\"uo\\te\n", true},
      {R"(a=~"\d+")", "a", "42", true},
      {"a==b", "a", "=b", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto matcher = Matcher::parse(row.text);
    REQUIRE(matcher);
    CHECK(matcher->name() == row.name);
    CHECK(matcher->matches(row.value) == row.matches);
  }
  for (const char* text : {"", "=", "a", "=b", "a!b", "a!", "a=\"b", "a=\"b\"c", "a=\"\\", "a=~(",
                           "a=~\"x{1000}{1000}\""}) {
    CAPTURE(text);
    CHECK_FALSE(Matcher::parse(text));
  }
}
