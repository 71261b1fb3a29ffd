// POST /api/v1/explain: what would become of a payload, by which rule, and what would follow.

#include <doctest/doctest.h>

#include <string>

#include <boost/json/parse.hpp>

#include "tests/daemon/api/bench.h"
#include "tests/support/gzip.h"

using namespace deskd;
using namespace std::chrono_literals;
using test::Bench;
using test::check;

namespace {

constexpr const char* hooks = "/api/v1/explain?source=hooks";

boost::json::value explain(Bench& bench, std::string body, const std::string& target = hooks) {
  const auto answer = bench.post(target, std::move(body));
  INFO(answer.body);
  REQUIRE(answer.status == 200);
  return boost::json::parse(answer.body);
}

boost::json::object follows(Bench& bench, std::string body) {
  return explain(bench, std::move(body)).at("alerts").at(0).at("follows").as_object();
}

bool holds(const boost::json::value& text, std::string_view part) {
  return std::string(text.as_string()).find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("an explanation shows the alert, the verdict with its rules, and what would follow") {
  Bench bench;
  const auto explained = explain(bench, check("edge-7", "linkDown", "major"));
  CHECK(explained.at("source") == "hooks");
  CHECK(explained.at("format") == "generic");
  CHECK(explained.at("left_out") == 0);
  CHECK(explained.at("malformed").as_array().empty());
  const auto& one = explained.at("alerts").at(0);
  CHECK(one.at("index") == 0);
  CHECK(one.at("alert").at("resource") == "edge-7");
  CHECK(one.at("alert").at("sender") == "a1");
  CHECK(one.at("alert").at("labels").at("site") == "fra");
  CHECK(one.at("verdict").at("queue").at("value") == "network");
  CHECK(one.at("verdict").at("queue").at("rule") == "network");
  CHECK(one.at("verdict").at("queue").at("line") == 6);
  CHECK(one.at("verdict").at("priority").at("value") == "P2");
  CHECK(one.at("verdict").at("priority").at("rule").is_null());
  REQUIRE(one.at("rules").as_array().size() == 1);
  CHECK(one.at("rules").at(0).at("rule") == "network");
  CHECK(one.at("rules_failed") == 2);
  CHECK(one.at("follows").at("outcome") == "raised");
  CHECK(one.at("follows").at("effect") == "opens");
  CHECK(one.at("follows").at("queue") == "network");
  CHECK(one.at("follows").at("priority") == "P2");
}

TEST_CASE("nothing changes and nothing is counted") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  const std::string before = bench.get("/api/v1/sources").body;
  explain(bench, check("edge-8", "linkDown", "major"));
  explain(bench, check("edge-7", "linkDown", "major", "ok"));
  explain(bench, "{");
  CHECK(bench.get("/api/v1/sources").body == before);
  CHECK(bench.read("/api/v1/alerts").at("items").as_array().size() == 1);
  CHECK(bench.read("/api/v1/alarms").at("items").as_array().size() == 1);
  CHECK(bench.inbox.empty());
}

TEST_CASE("a rule that is asked for shows the condition that failed") {
  Bench bench;
  const std::string target = std::string(hooks) + "&rule=network";
  const auto explained = explain(bench, check("db-1", "disk", "major"), target);
  const auto& rules = explained.at("alerts").at(0).at("rules").as_array();
  REQUIRE(rules.size() == 1);
  CHECK(rules[0].at("matched") == false);
  CHECK(rules[0].at("reached") == true);
  CHECK(rules[0].at("failed").at("path") == "when.type.prefix");
  CHECK(rules[0].at("failed").at("wanted") == "prefix link");
  CHECK(rules[0].at("failed").at("value") == "disk");
  CHECK(rules[0].at("failed").at("line") == 7);
  CHECK(holds(rules[0].at("failed").at("file"), "50.yaml"));

  const auto other =
      explain(bench, check("db-1", "disk", "major"), std::string(hooks) + "&rule=unsure");
  const auto& decisions = other.at("alerts").at(0).at("rules").at(0).at("decisions").as_array();
  CHECK(decisions.at(0).at("decision") == "class");
  CHECK(decisions.at(0).at("fate") == "unstated");
  CHECK(decisions.at(0).at("why") == "labels.missing is missing");
  CHECK(decisions.at(1).at("fate") == "taken");
}

TEST_CASE("what would follow goes by what fires now") {
  Bench bench;
  const std::string fires = check("edge-7", "linkDown", "major");
  const std::string ends = check("edge-7", "linkDown", "major", "ok");
  CHECK(follows(bench, ends).at("outcome") == "unmatched");
  bench.send(fires);
  auto again = follows(bench, fires);
  CHECK(again.at("outcome") == "merged");
  CHECK(again.at("alarm") == "0-1");
  CHECK(again.at("incident") == "0-1");
  CHECK(again.at("effect") == "none");

  auto end = follows(bench, ends);
  CHECK(end.at("outcome") == "cleared");
  CHECK(end.at("effect") == "resolves");
  CHECK(end.at("incident") == "0-1");
  CHECK(holds(end.at("text"), "Alarm 0-1 clears. Incident 0-1 resolves by itself."));

  bench.send(ends);
  CHECK(follows(bench, ends).at("outcome") == "stale");
  CHECK(follows(bench, fires).at("effect") == "opens");
  bench.send(fires);
  CHECK(bench.post("/api/v1/incidents/0-2/resolve", "{}").status == 200);
  bench.send(ends);
  auto reopened = follows(bench, fires);
  CHECK(reopened.at("effect") == "reopens");
  CHECK(reopened.at("incident") == "0-2");
  bench.send(fires);
  CHECK(bench.read("/api/v1/incidents/0-2").at("state") == "new");

  CHECK(follows(bench, R"({"checks": [{"host": "x", "check": "y", "site": "lab",
                                       "state": "bad"}]})")
            .at("outcome") == "dropped");
}

TEST_CASE("what follows is what then happens, for incidents too") {
  Bench bench;
  unsigned seed = 5;
  const auto below = [&](unsigned bound) {
    return (seed = seed * 1103515245 + 12345) / 65536 % bound;
  };
  for (int step = 0; step < 300; ++step) {
    bench.now += std::chrono::seconds{1 + below(60)};
    const std::string body =
        check(below(2) != 0 ? "a" : "b", below(3) != 0 ? "linkDown" : "disk",
              below(2) != 0 ? "critical" : "minor", below(3) != 0 ? "bad" : "ok");
    if (const auto last = bench.core.desk().last_incident(); last > 0 && below(3) == 0) {
      constexpr const char* actions[] = {"resolve", "close", "start", "reopen"};
      bench.post("/api/v1/incidents/0-" + std::to_string(1 + below(static_cast<unsigned>(last))) +
                     "/" + actions[below(4)],
                 "");
    }
    const auto foreseen = follows(bench, body);
    const auto last = bench.core.desk().last_incident();
    bench.send(body);
    const auto alert = bench.read("/api/v1/alerts?limit=1").at("items").at(0);
    INFO("step " << step << ": " << std::string(foreseen.at("text").as_string()));
    REQUIRE(alert.at("outcome") == foreseen.at("outcome"));
    REQUIRE((bench.core.desk().last_incident() > last) == (foreseen.at("effect") == "opens"));
    if (foreseen.at("effect") == "opens") {
      const auto incident = bench.read("/api/v1/incidents/0-" + std::to_string(last + 1));
      REQUIRE(incident.at("queue") == foreseen.at("queue"));
      REQUIRE(incident.at("priority") == foreseen.at("priority"));
    } else if (foreseen.at("effect") == "resolves" || foreseen.at("effect") == "reopens") {
      const auto incident =
          bench.read("/api/v1/incidents/" + std::string(foreseen.at("incident").as_string()));
      REQUIRE((incident.at("state") == "resolved") == (foreseen.at("effect") == "resolves"));
    }
  }
}

TEST_CASE("a malformed payload is explained, not refused") {
  Bench bench;
  const auto bad = explain(bench, "{\"checks\": [");
  CHECK(bad.at("alerts").as_array().empty());
  REQUIRE(bad.at("malformed").as_array().size() == 1);
  CHECK(holds(bad.at("malformed").at(0).at("detail"), "not JSON"));
  const auto mixed = explain(
      bench, R"({"checks": [{"host": "a", "state": "odd"}, {"host": "b", "state": "bad"}]})");
  CHECK(mixed.at("malformed").at(0).at("index") == 0);
  CHECK(mixed.at("malformed").at(0).at("pointer") == "/checks/0/state");
  CHECK(mixed.at("alerts").at(0).at("index") == 1);
}

TEST_CASE("a payload of many alerts is explained in part, and says so") {
  Bench bench;
  std::string body = R"({"checks": [)";
  for (int i = 0; i < 250; ++i) {
    body += (i > 0 ? "," : "") + std::string(R"({"host": "h)") + std::to_string(i) +
            R"(", "check": "x", "state": "bad"})";
  }
  const auto explained = explain(bench, body + "]}");
  CHECK(explained.at("alerts").as_array().size() == limits::explained_max);
  CHECK(explained.at("left_out") == 250 - limits::explained_max);
}

TEST_CASE("payloads come packed too, and by Alertmanager's API") {
  Bench bench;
  const auto packed = bench.post(hooks, tests::gzip(check("edge-7", "linkDown", "major")),
                                 {{"content-encoding", "gzip"}});
  CHECK(packed.status == 200);
  CHECK(boost::json::parse(packed.body).at("alerts").as_array().size() == 1);
  const auto api = explain(bench, R"([{"labels": {"alertname": "A", "instance": "i"}}])",
                           "/api/v1/explain?source=prometheus");
  CHECK(api.at("alerts").at(0).at("alert").at("type") == "A");
}

TEST_CASE("questions that can't be answered say why") {
  Bench bench;
  const std::string body = check("a", "x", "major");
  CHECK(bench.post("/api/v1/explain", body).status == 400);
  const auto source = bench.post("/api/v1/explain?source=hook", body);
  CHECK(source.status == 404);
  CHECK(source.body.find("nearest: 'hooks'") != std::string::npos);
  const auto rule = bench.post(std::string(hooks) + "&rule=netwrk", body);
  CHECK(rule.status == 404);
  CHECK(rule.body.find("nearest: 'network'") != std::string::npos);
  CHECK(bench.post(std::string(hooks) + "&rul=x", body).status == 400);
  CHECK(bench.get(hooks).status == 405);
  CHECK(bench.post(hooks, "").status == 415);
  CHECK(bench.post(hooks, "x", {{"content-encoding", "gzip"}}).status == 400);
  CHECK(bench.post(hooks, "x", {{"content-encoding", "br"}}).status == 415);
  bench.access.refuses = true;
  CHECK(bench.post(hooks, body).status == 503);
}
