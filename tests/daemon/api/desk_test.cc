#include <doctest/doctest.h>

#include <string>

#include <boost/json/parse.hpp>

#include "tests/daemon/api/bench.h"
#include "tests/support/golden.h"

using namespace deskd;
using namespace std::chrono_literals;
using test::Bench;
using test::check;

namespace {

const std::string golden = std::string(DESKD_ROOT) + "/tests/golden/api/";

}  // namespace

TEST_CASE("queues show their backlog by priority and their oldest incident") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  bench.now += 1min;
  bench.send(check("edge-8", "linkDown", "major"));
  bench.post("/api/v1/incidents/0-1/ack", "");
  test::check_golden(bench.golden("/api/v1/queues"), golden + "queues.json");
  const auto page = bench.read("/api/v1/queues?limit=2");
  CHECK(page.at("items").as_array().size() == 2);
  CHECK(page.at("next") == "2");
  CHECK(bench.read("/api/v1/queues?cursor=2").at("items").at(0).at("name") == "triage");
  CHECK(bench.read("/api/v1/queues?cursor=99").at("items").as_array().empty());
}

TEST_CASE("rules show their place, their hits and what they could not state") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  bench.send(check("db-1", "disk", "major"));
  const auto rules = bench.read("/api/v1/rules").at("items").as_array();
  REQUIRE(rules.size() == 3);
  CHECK(rules[0].at("name") == "lab");
  CHECK(rules[0].at("hits") == 0);
  CHECK(rules[1].at("name") == "network");
  CHECK(rules[1].at("hits") == 1);
  CHECK(rules[1].at("line") == 6);
  CHECK(std::string(rules[1].at("file").as_string()).ends_with("50.yaml"));
  CHECK(rules[2].at("hits") == 1);
  CHECK(rules[2].at("unstated") == 1);
}

TEST_CASE("sources show their books, their lane and who was turned away") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "nonsense"));
  CHECK(bench.post("/in/hooks", "{").status == 400);
  CHECK(bench.post("/in/hooks", R"({"checks": [{"host": "h", "state": "odd"}]})").status == 400);
  const auto sources = bench.read("/api/v1/sources").at("items").as_array();
  REQUIRE(sources.size() == 2);
  CHECK(sources[0].at("name") == "prometheus");
  CHECK(sources[0].at("kind") == "alertmanager_api");
  const auto& hooks = sources[1];
  CHECK(hooks.at("state") == "listening");
  CHECK(hooks.at("detail").is_null());
  CHECK(hooks.at("facts").at(0).at("value") == "/in/hooks");
  CHECK(hooks.at("received") == 3);
  CHECK(hooks.at("in_flight") == 0);
  CHECK(hooks.at("outcomes").at("raised") == 1);
  CHECK(hooks.at("outcomes").at("malformed") == 2);
  CHECK(hooks.at("severity_unknown") == 1);
  CHECK(hooks.at("lane").at("bytes") == 0);
  CHECK(hooks.at("lane").at("bytes_max") == limits::lane_bytes_default);
  CHECK(hooks.at("last_alert_at") == "2026-11-22T08:00:00.000Z");
  CHECK_FALSE(hooks.at("refusals").as_array().empty());
}

TEST_CASE("a reload that took over answers its version and the warnings") {
  Bench bench;
  bench.next_reload.taken_over = true;
  bench.next_reload.number = 2;
  bench.next_reload.hash = "0123456789abcdef";
  bench.next_reload.restarts = {"http.listen"};
  const auto answer = bench.post("/api/v1/reload", "");
  CHECK(answer.status == 200);
  const auto body = boost::json::parse(answer.body);
  CHECK(body.at("hash") == "0123456789abcdef");
  CHECK(body.at("number") == 2);
  CHECK(body.at("restarts").at(0) == "http.listen");
  CHECK(body.at("warnings").as_array().empty());
}

TEST_CASE("a reload that was refused answers every problem with its place") {
  Bench bench;
  const auto file = std::make_shared<const config::SourceFile>(
      config::SourceFile{"rules.d/50.yaml", "rules:\n  - nam: x\n"});
  bench.next_reload.problems.error({file, 2, 5}, "unknown key 'nam' (nearest: 'name')");
  bench.next_reload.problems.warning({file, 1, 1}, "odd");
  const auto answer = bench.post("/api/v1/reload", "");
  CHECK(answer.status == 422);
  CHECK(answer.content_type == "application/problem+json");
  const auto body = boost::json::parse(answer.body);
  const auto& problems = body.at("problems").as_array();
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].at("file") == "rules.d/50.yaml");
  CHECK(problems[0].at("line") == 2);
  CHECK(problems[0].at("column") == 5);
  CHECK(problems[0].at("level") == "error");
  CHECK(problems[0].at("message") == "unknown key 'nam' (nearest: 'name')");
  CHECK(problems[1].at("level") == "warning");
  CHECK(std::string(body.at("text").as_string()).find("rules.d/50.yaml:2:5: error:") !=
        std::string::npos);
}

TEST_CASE("a reload that could not be committed answers 503") {
  Bench bench;
  bench.next_reload.fault = "the ledger has no room";
  const auto answer = bench.post("/api/v1/reload", "");
  CHECK(answer.status == 503);
  CHECK(answer.body.find("the ledger has no room") != std::string::npos);
}

TEST_CASE("an answer that may show what is not durable says so") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  bench.access.unconfirmed = "the ledger is slow";
  for (const char* path : {"/api/v1/incidents", "/api/v1/incidents/0-1", "/api/v1/alarms",
                           "/api/v1/alerts", "/api/v1/queues", "/api/v1/rules", "/api/v1/sources",
                           "/api/v2/alerts", "/api/v2/receivers", "/api/v2/status"}) {
    CAPTURE(path);
    const auto answer = bench.get(path);
    CHECK(answer.status == 200);
    REQUIRE_FALSE(answer.headers.empty());
    CHECK(answer.headers[0].first == "Desk-Unconfirmed");
    CHECK(answer.headers[0].second == "the ledger is slow");
  }
}

TEST_CASE("a question or command that the core does not take is answered 503") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  bench.access.refuses = true;
  for (const auto& answer : {bench.get("/api/v1/incidents"), bench.get("/api/v2/alerts"),
                             bench.post("/api/v1/incidents/0-1/ack", "")}) {
    CHECK(answer.status == 503);
    REQUIRE(answer.headers.size() == 1);
    CHECK(answer.headers[0].first == "Retry-After");
  }
}

TEST_CASE("health and metrics answer without the core") {
  Bench bench;
  bench.access.refuses = true;
  CHECK(bench.get("/healthz").body == "alive\n");
  CHECK(bench.get("/-/healthy").status == 200);
  CHECK(bench.get("/readyz").body == "ready\n");
  CHECK(bench.get("/-/ready").status == 200);
  const auto metrics = bench.get("/metrics");
  CHECK(metrics.status == 200);
  CHECK(metrics.content_type == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(bench.get("/").body.find("deskd 1.2.3") != std::string::npos);

  bench.health.not_ready = {"the ledger has no room: disk full"};
  const auto ready = bench.get("/readyz");
  CHECK(ready.status == 503);
  CHECK(boost::json::parse(ready.body).at("reasons").at(0) == "the ledger has no room: disk full");
  CHECK(bench.get("/healthz").status == 200);
  CHECK(bench.access.queries == 0);
}
