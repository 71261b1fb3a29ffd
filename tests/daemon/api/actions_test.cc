#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "tests/daemon/api/bench.h"

using namespace deskd;
using namespace std::chrono_literals;
using test::Bench;
using test::check;

namespace {

/// Does `action` to 0-1 as `actor`; it must succeed.
boost::json::value act(Bench& bench, const char* action, std::string body = {},
                       const char* actor = "anna") {
  const auto answer = bench.post(std::string("/api/v1/incidents/0-1/") + action, std::move(body),
                                 {{"x-desk-actor", actor}});
  INFO(action << ": " << answer.body);
  REQUIRE(answer.status == 200);
  return boost::json::parse(answer.body);
}

std::string last_text(const boost::json::value& incident) {
  return std::string(incident.at("timeline").as_array().back().at("text").as_string());
}

std::string detail_of(const connectors::HttpAnswer& answer) {
  CHECK(answer.content_type == "application/problem+json");
  return std::string(boost::json::parse(answer.body).at("detail").as_string());
}

}  // namespace

TEST_CASE("an incident is handed from person to person, and its timeline names each") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  auto incident = act(bench, "ack");
  CHECK(incident.at("state") == "new");
  CHECK(incident.at("acknowledged_by") == "anna");
  CHECK(incident.at("timeline").as_array().back().at("actor") == "anna (claimed)");

  incident = act(bench, "take");
  CHECK(incident.at("state") == "assigned");
  CHECK(incident.at("person") == "anna");
  const auto version = incident.at("version");
  CHECK(act(bench, "take").at("version") == version);

  const auto refused = bench.post("/api/v1/incidents/0-1/take", "", {{"x-desk-actor", "ben"}});
  CHECK(refused.status == 409);
  CHECK(detail_of(refused).find("anna") != std::string::npos);
  incident = act(bench, "take", R"({"force": true, "reason": "her shift is over"})", "ben");
  CHECK(incident.at("person") == "ben");
  CHECK(last_text(incident).find("her shift is over") != std::string::npos);

  CHECK(act(bench, "start", "", "ben").at("state") == "in_progress");
  incident = act(bench, "assign", R"({"person": "carl", "text": "he knows it"})", "ben");
  CHECK(incident.at("state") == "assigned");
  CHECK(incident.at("person") == "carl");
  incident = act(bench, "assign", R"({"queue": "servers"})", "carl");
  CHECK(incident.at("queue") == "servers");
  CHECK(incident.at("state") == "new");
  CHECK(incident.at("person").is_null());
  incident = act(bench, "assign", R"({"queue": "network", "person": "anna"})");
  CHECK(incident.at("queue") == "network");
  CHECK(incident.at("person") == "anna");
  incident = act(bench, "release");
  CHECK(incident.at("state") == "new");
  CHECK(incident.at("person").is_null());
}

TEST_CASE("a pending incident shows when it wakes, and wakes then") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  act(bench, "take");
  const auto incident =
      act(bench, "pend", R"({"until": "2026-11-22T09:00:00Z", "reason": "waits for a part"})");
  CHECK(incident.at("state") == "pending");
  CHECK(incident.at("pending_until") == "2026-11-22T09:00:00.000Z");
  CHECK(last_text(incident).find("waits for a part") != std::string::npos);
  bench.now += 1h;
  bench.turn([](daemon::Core& core) { core.expire(); });
  const auto woken = bench.read("/api/v1/incidents/0-1");
  CHECK(woken.at("state") == "in_progress");
  CHECK(woken.at("pending_until").is_null());
}

TEST_CASE("what a person sets is shown as pinned") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  CHECK(bench.read("/api/v1/incidents/0-1").at("pinned").as_array().empty());
  auto incident = act(bench, "set", R"({"priority": "P1", "class": "network.core",
      "title": "The core is down", "runbook": "https://wiki.example/core", "reason": "I saw it"})");
  CHECK(incident.at("priority") == "P1");
  CHECK(incident.at("class") == "network.core");
  CHECK(incident.at("title") == "The core is down");
  CHECK(incident.at("runbook") == "https://wiki.example/core");
  CHECK(boost::json::serialize(incident.at("pinned")) ==
        R"(["priority","class","title","runbook"])");
  CHECK(last_text(incident).find("I saw it") != std::string::npos);
  incident = act(bench, "set", R"({"impact": "low", "urgency": "high"})");
  CHECK(incident.at("impact") == "low");
  CHECK(incident.at("urgency") == "high");
  CHECK(incident.at("priority") == "P1");
  CHECK(incident.at("pinned").as_array().size() == 6);
  const auto listed = bench.read("/api/v1/incidents").at("items").at(0);
  CHECK(listed.at("pinned").as_array().size() == 6);
  CHECK(listed.at("pending_until").is_null());
  CHECK(listed.at("resource").is_null());
}

TEST_CASE("an incident ends in each way that there is, and opens again") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  auto incident = act(bench, "note", R"({"text": "looked at it"})");
  CHECK(last_text(incident) == "looked at it");
  const auto version = '"' + std::to_string(incident.at("version").as_int64()) + '"';
  const std::string resolve = "/api/v1/incidents/0-1/resolve";
  CHECK(bench.post(resolve, "", {{"if-match", "999"}}).status == 412);
  CHECK(bench.post(resolve, R"({"text": "done"})", {{"if-match", version}}).status == 200);
  CHECK(bench.post(resolve, "").status == 409);
  CHECK(act(bench, "close").at("state") == "closed");
  CHECK(act(bench, "reopen", R"({"text": "not done"})").at("state") == "new");
  CHECK(act(bench, "cancel", R"({"reason": "a drill"})").at("state") == "cancelled");
  CHECK(act(bench, "reopen").at("state") == "new");
}

TEST_CASE("actions that can't be done are refused with a reason") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  struct Row {
    const char* name;
    std::string path;
    std::string body;
    test::Headers headers;
    int status;
    const char* says;
  };
  const std::string note = "/api/v1/incidents/0-1/note";
  const std::string text = R"({"text": "x"})";
  const std::vector<Row> rows{
      {"no such incident", "/api/v1/incidents/0-99/ack", "", {}, 404, "0-99"},
      {"no id", "/api/v1/incidents/seven/ack", "", {}, 404, "no incident seven"},
      {"another shard", "/api/v1/incidents/1-1/ack", "", {}, 404, "1-1"},
      {"no such action", "/api/v1/incidents/0-1/resolv", "", {}, 404, "nearest: 'resolve'"},
      {"wrong state", "/api/v1/incidents/0-1/close", "", {}, 409, "new"},
      {"a bad version", note, text, {{"if-match", "new"}}, 400, "If-Match"},
      {"an actor of two lines", note, text, {{"x-desk-actor", "a\nb"}}, 400, "Actor"},
      {"an endless actor", note, text, {{"x-desk-actor", std::string(200, 'a')}}, 400, "Actor"},
      {"a page of another site",
       note,
       text,
       {{"origin", "http://evil.example"}, {"host", "desk:9480"}},
       403,
       "another site"},
      {"a parameter", note + "?force=true", text, {}, 400, "'force'"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto answer = bench.post(row.path, row.body, row.headers);
    CHECK(answer.status == row.status);
    CHECK_MESSAGE(answer.body.find(row.says) != std::string::npos, answer.body);
  }
  CHECK(bench.post(note, text, {{"origin", "http://localhost:9480"}, {"host", "localhost:9480"}})
            .status == 200);
}

TEST_CASE("the body of an action is read strictly") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  act(bench, "take");
  struct Row {
    const char* name;
    const char* action;
    std::string body;
    int status;
    const char* says;
  };
  const std::string long_text(20'000, 'x');
  const std::string long_name(200, 'n');
  const std::vector<Row> rows{
      {"an empty note", "note", "{}", 400, "note"},
      {"no note", "note", "", 400, "note"},
      {"no JSON", "note", "{", 400, "no JSON"},
      {"two bodies", "note", R"({"text": "x"} {})", 400, "no JSON"},
      {"no object", "note", "[]", 400, "no JSON object"},
      {"an unknown key", "note", R"({"txt": "x"})", 400, "nearest: 'text'"},
      {"a key of another action", "ack", R"({"force": true})", 400, "unknown key 'force'"},
      {"the nearest of this action", "take", R"({"farce": true})", 400, "nearest: 'force'"},
      {"no text", "note", R"({"text": 1})", 400, "'text' is a number, not text"},
      {"null", "note", R"({"text": null})", 400, "'text' is null, not text"},
      {"twice", "note", R"({"text": "x", "text": "y"})", 400, "'text' stands twice"},
      {"text and reason", "ack", R"({"text": "x", "reason": "x"})", 400, "same thing"},
      {"too deep", "note", std::string(1'000, '['), 400, "no JSON"},
      {"a deep value", "note", R"({"text": [[[[["x"]]]]]})", 400, "'text' is a list"},
      {"too long", "note", R"({"text": ")" + long_text + "\"}", 413, "16384"},
      {"too large", "note", std::string(100'000, ' '), 413, "65536"},
      {"no UTF-8", "note", "{\"text\": \"\xff\"}", 400, "no JSON"},
      {"force as text", "take", R"({"force": "yes"})", 400, "'force' is text"},
      {"nobody", "assign", "{}", 400, "assign needs"},
      {"an empty name", "assign", R"({"person": ""})", 400, "'person' is empty"},
      {"a name of two lines", "assign", R"({"person": "a\nb"})", 400, "'person' is one line"},
      {"a zero byte", "assign", R"({"person": "a\u0000"})", 400, "'person' is one line"},
      {"a long name", "assign", R"({"person": ")" + long_name + "\"}", 413, "128"},
      {"an unknown queue", "assign", R"({"queue": "netwrk"})", 400, "nearest: 'network'"},
      {"no end", "pend", R"({"reason": "x"})", 400, "pend needs"},
      {"no time", "pend", R"({"until": "tomorrow"})", 400, "'until' is no RFC 3339 time"},
      {"Go's zero", "pend", R"({"until": "0001-01-01T00:00:00Z"})", 400, "'until'"},
      {"a time as number", "pend", R"({"until": 1795000000})", 400, "'until' is a number"},
      {"the past", "pend", R"({"until": "2026-11-22T07:00:00Z"})", 400, "future"},
      {"nothing to set", "set", R"({"reason": "x"})", 400, "set needs one of"},
      {"an unknown priority", "set", R"({"priority": "P11"})", 400, "P11"},
      {"an unknown level", "set", R"({"impact": "hihg"})", 400, "nearest: 'high'"},
      {"no level", "set", R"({"urgency": "none"})", 400, "'urgency' can't be 'none'"},
      {"no title", "set", R"({"title": ""})", 400, "'title' is empty"},
      {"a long title", "set", R"({"title": ")" + long_text + "\"}", 413, "512"},
  };
  const auto before = bench.read("/api/v1/incidents/0-1").at("version");
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto answer = bench.post(std::string("/api/v1/incidents/0-1/") + row.action, row.body);
    CHECK(answer.status == row.status);
    CHECK_MESSAGE(detail_of(answer).find(row.says) != std::string::npos, answer.body);
  }
  CHECK(bench.read("/api/v1/incidents/0-1").at("version") == before);
}

TEST_CASE("an action with a body of another type is refused") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  // `post` adds the JSON type behind this one; the first of a name counts.
  const auto answer = bench.post("/api/v1/incidents/0-1/note", "text=hello",
                                 {{"content-type", "application/x-www-form-urlencoded"}});
  CHECK(answer.status == 415);
  CHECK(answer.body.find("Content-Type: application/json") != std::string::npos);
}

TEST_CASE("a person raises an incident by hand; a title is enough") {
  Bench bench;
  auto answer = bench.post("/api/v1/incidents", R"({"title": "The phone is dead"})",
                           {{"x-desk-actor", "anna"}});
  REQUIRE_MESSAGE(answer.status == 201, answer.body);
  REQUIRE(answer.headers.size() == 1);
  CHECK(answer.headers[0].first == "Location");
  CHECK(answer.headers[0].second == "/api/v1/incidents/0-1");
  auto incident = boost::json::parse(answer.body);
  CHECK(incident.at("title") == "The phone is dead");
  CHECK(incident.at("queue") == "triage");
  CHECK(incident.at("state") == "new");
  CHECK(incident.at("timeline").at(0).at("actor") == "anna (claimed)");
  CHECK(bench.read("/api/v1/incidents/0-1") == incident);

  answer = bench.post("/api/v1/incidents", R"({"title": "Water in room 2", "queue": "servers",
      "class": "building.water", "impact": "high", "urgency": "high", "resource": "room-2",
      "text": "Carl called"})");
  REQUIRE_MESSAGE(answer.status == 201, answer.body);
  incident = boost::json::parse(answer.body);
  CHECK(incident.at("queue") == "servers");
  CHECK(incident.at("class") == "building.water");
  CHECK(incident.at("priority") == "P1");
  CHECK(incident.at("resource") == "room-2");
  CHECK(incident.at("timeline").at(0).at("text") == "Carl called");
  CHECK(bench.read("/api/v1/incidents?resource=room-2").at("items").as_array().size() == 1);
  CHECK(bench.read("/api/v1/incidents?q=ROOM-").at("items").as_array().size() == 1);
  CHECK(bench.read("/api/v1/incidents?resource=room-2&label.site=fra")
            .at("items")
            .as_array()
            .empty());
}

TEST_CASE("an incident that can't be raised is refused, and none is there") {
  Bench bench;
  struct Row {
    const char* body;
    const char* says;
  };
  const std::vector<Row> rows{
      {"", "needs {\"title\""},
      {"{}", "needs {\"title\""},
      {R"({"title": ""})", "'title' is empty"},
      {R"({"title": "a\tb"})", "'title' is one line"},
      {R"({"title": "x", "queue": "triag"})", "nearest: 'triage'"},
      {R"({"title": "x", "priority": "P0"})", "P0"},
      {R"({"title": "x", "impact": "huge"})", "'impact' can't be 'huge'"},
      {R"({"title": "x", "runbook": "y"})", "unknown key 'runbook'"},
      {R"({"title": "x", "titel": "y"})", "nearest: 'title'"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.body);
    const auto answer = bench.post("/api/v1/incidents", row.body);
    CHECK(answer.status == 400);
    CHECK_MESSAGE(detail_of(answer).find(row.says) != std::string::npos, answer.body);
  }
  CHECK(bench.post("/api/v1/incidents", R"({"title": "x"})", {{"if-match", "1"}}).status == 400);
  CHECK(bench.core.desk().last_incident() == 0);
}

TEST_CASE("next gives the most urgent new incident of a queue to who asks") {
  Bench bench;
  for (const char* priority : {"P3", "P2", "P2"}) {
    bench.post("/api/v1/incidents", std::string(R"({"title": "x", "queue": "servers", )") +
                                        R"("priority": ")" + priority + "\"}");
    bench.now += 1s;
  }
  const std::string next = "/api/v1/queues/servers/next";
  for (const char* expected : {"0-2", "0-3", "0-1"}) {
    const auto answer = bench.post(next, "", {{"x-desk-actor", "ben"}});
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    const auto incident = boost::json::parse(answer.body);
    CHECK(incident.at("id") == expected);
    CHECK(incident.at("person") == "ben");
    CHECK(incident.at("state") == "assigned");
  }
  const auto none = bench.post(next, "{}");
  CHECK(none.status == 204);
  CHECK(none.body.empty());
  const auto unknown = bench.post("/api/v1/queues/server/next", "");
  CHECK(unknown.status == 404);
  CHECK(detail_of(unknown).find("nearest: 'servers'") != std::string::npos);
  CHECK(bench.post(next, R"({"text": "x"})").status == 400);
  CHECK(bench.post(next, "", {{"if-match", "1"}}).status == 400);
}
