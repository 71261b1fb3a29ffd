// The list of all that came in: alerts with their messages, and what never became one.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/daemon/api/bench.h"

using namespace deskd;
using namespace std::chrono_literals;
using test::Bench;
using test::check;

namespace {

constexpr const char* odd = R"({"checks": [{"host": "h", "check": "x", "state": "odd"}]})";

std::vector<std::string> outcomes(const boost::json::value& page) {
  std::vector<std::string> all;
  for (const auto& item : page.at("items").as_array()) {
    all.emplace_back(item.at("outcome").as_string());
  }
  return all;
}

using Outcomes = std::vector<std::string>;

}  // namespace

TEST_CASE("alerts show the message that they came in, each its own element") {
  Bench bench;
  const std::string first = R"({"host": "a", "check": "x", "state": "bad"})";
  const std::string second = R"({"host": "b", "check": "x", "state": "bad", "t": "ü}"})";
  bench.send(R"({"checks": [)" + first + ", " + second + "]}");
  bench.send(R"({"checks": [)" + first + "]}");
  const auto items = bench.read("/api/v1/alerts").at("items").as_array();
  REQUIRE(items.size() == 3);
  CHECK(items[0].at("raw") == boost::json::value(first));
  CHECK(items[1].at("raw") == boost::json::value(second));
  CHECK(items[2].at("raw") == boost::json::value(first));
  CHECK(items[0].at("turned_away").is_null());
  CHECK(bench.read("/api/v1/alerts?raw=false").at("items").at(0).at("raw").is_null());
  CHECK(bench.get("/api/v1/alerts?raw=maybe").status == 400);
}

TEST_CASE("messages of one turn keep to their alerts, also beside repeats") {
  Bench bench;
  const auto hold = [&](std::string_view host, std::string key) {
    // Two requests wait, then one turn takes both.
    connectors::HttpRequest request;
    request.method = "POST";
    request.path = "/in/hooks";
    request.headers = {{"content-type", "application/json"}, {"idempotency-key", key}};
    request.body = check(host, "x", "major");
    request.peer = "127.0.0.1:1";
    request.received_at = bench.now;
    connectors::Intake intake(
        [&] {
          return std::shared_ptr<const connectors::Judging>(bench.setup, &bench.setup->judging);
        },
        bench.accounts, bench.inbox);
    intake.webhook("hooks", std::move(request), [](connectors::HttpAnswer) {});
  };
  hold("a", "1");
  bench.turn();
  hold("b", "2");
  hold("a", "1");  // a repeat: no alert of it stands in the record
  hold("c", "3");
  bench.turn();
  const auto items = bench.read("/api/v1/alerts").at("items").as_array();
  REQUIRE(items.size() == 3);
  for (const auto& item : items) {
    const std::string resource(item.at("resource").as_string());
    CHECK(std::string(item.at("raw").as_string()).find("\"host\": \"" + resource + "\"") == 1);
  }
}

TEST_CASE("a message too large to be kept is not shown") {
  Bench bench;
  std::string body = R"({"padding": [)";
  for (std::size_t size = 0; size < limits::recent_body_bytes_max; size += 50'002) {
    body += (size > 0 ? ",\"" : "\"") + std::string(50'000, 'x') + "\"";
  }
  bench.send(body + R"(], "checks": [{"host": "a", "check": "x", "state": "bad"}]})");
  const auto items = bench.read("/api/v1/alerts").at("items").as_array();
  REQUIRE(items.size() == 1);
  CHECK(items[0].at("raw").is_null());
}

TEST_CASE("what never became an alert stands among the others, by its time") {
  Bench bench;
  bench.send(check("a", "x", "major"));
  bench.now += 1s;
  CHECK(bench.post("/in/hooks", odd).status == 400);
  bench.now += 1s;
  bench.send(check("b", "x", "major"));
  bench.now += 1s;
  CHECK(bench.post("/in/hooks", "{").status == 400);
  const auto page = bench.read("/api/v1/alerts");
  CHECK(outcomes(page) == Outcomes{"malformed", "raised", "malformed", "raised"});
  const auto& bad = page.at("items").at(2);
  CHECK(bad.at("turned_away").at("pointer") == "/checks/0/state");
  CHECK(bad.at("turned_away").at("index") == 0);
  CHECK(std::string(bad.at("turned_away").at("detail").as_string()).find("odd") !=
        std::string::npos);
  CHECK(bad.at("raw") == R"({"host": "h", "check": "x", "state": "odd"})");
  CHECK(bad.at("sender") == "127.0.0.1");
  CHECK(bad.at("received_at") == "2026-11-22T08:00:01.000Z");
  CHECK(page.at("items").at(0).at("raw") == "{");

  CHECK(outcomes(bench.read("/api/v1/alerts?outcome=malformed")) ==
        Outcomes{"malformed", "malformed"});
  CHECK(outcomes(bench.read("/api/v1/alerts?outcome=malformed&outcome=raised")).size() == 4);
  CHECK(outcomes(bench.read("/api/v1/alerts?outcome=raised")) == Outcomes{"raised", "raised"});
  CHECK(outcomes(bench.read("/api/v1/alerts?sender=127.0.0.1")).size() == 2);
  CHECK(outcomes(bench.read("/api/v1/alerts?source=prometheus")).empty());
}

TEST_CASE("pages of both lists go on where they ended, while more comes in") {
  for (const std::string limit : {"1", "2", "3", "5", "50"}) {
    CAPTURE(limit);
    Bench bench;
    std::vector<std::string> expected;
    for (int i = 0; i < 24; ++i) {
      bench.now += 1s;
      const std::string name = fmt::format("h{}", i);
      if (i % 3 == 0) {
        bench.post("/in/hooks", R"({"checks": [{"host": ")" + name + R"("}]})");
      } else {
        bench.send(check(name, "x", "major"));
      }
      expected.insert(expected.begin(), name);
    }
    std::vector<std::string> found;
    std::string cursor;
    for (int page_count = 0; page_count < 40; ++page_count) {
      const auto page = bench.read("/api/v1/alerts?limit=" + limit + cursor);
      for (const auto& item : page.at("items").as_array()) {
        const std::string raw(item.at("raw").as_string());
        const auto at = raw.find("\"h", raw.find(':')) + 1;
        found.push_back(raw.substr(at, raw.find('"', at) - at));
      }
      if (page.at("next").is_null()) break;
      cursor = "&cursor=" + std::string(page.at("next").as_string());
      bench.now += 1s;
      bench.send(check("later", "x", "major"));
      bench.post("/in/hooks", odd);
    }
    CHECK(found == expected);
  }
}

TEST_CASE("cursors that no list gave are refused") {
  Bench bench;
  for (const std::string cursor : {"1", "1-2", "1-2-", "1-2-3-4", "x-1-1", "1--1", "-1-1-1"}) {
    CAPTURE(cursor);
    CHECK(bench.get("/api/v1/alerts?cursor=" + cursor).status == 400);
  }
  CHECK(bench.get("/api/v1/alerts?cursor=1-2-3").status == 200);
}
