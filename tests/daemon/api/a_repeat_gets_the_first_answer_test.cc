#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <boost/json/parse.hpp>

#include "tests/daemon/api/bench.h"

using namespace deskd;
using namespace std::chrono_literals;
using test::Bench;
using test::check;
using test::Headers;

namespace {

Headers keyed(const char* key, const char* actor = "anna") {
  return {{"idempotency-key", key}, {"x-desk-actor", actor}};
}

std::string header(const connectors::HttpAnswer& answer, std::string_view name) {
  for (const auto& [known, value] : answer.headers) {
    if (known == name) return value;
  }
  return {};
}

bool is_replayed(const connectors::HttpAnswer& answer) {
  return header(answer, "Idempotency-Replayed") == "true";
}

std::size_t notes(Bench& bench) {
  std::size_t count = 0;
  const auto incident = bench.read("/api/v1/incidents/0-1");
  for (const auto& entry : incident.at("timeline").as_array()) {
    if (entry.at("action") == "note") ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("every kind of answer comes again, and nothing happens twice") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  bench.send(check("db-1", "disk", "major"));
  struct Row {
    const char* name;
    std::string path;
    std::string body;
    int status;
  };
  const std::vector<Row> rows{
      {"a note", "/api/v1/incidents/0-1/note", R"({"text": "once"})", 200},
      {"a new incident", "/api/v1/incidents", R"({"title": "By hand"})", 201},
      {"the next one", "/api/v1/queues/servers/next", "", 200},
      {"nothing there", "/api/v1/incidents/0-99/ack", "", 404},
      {"a wrong state", "/api/v1/incidents/0-1/close", "", 409},
      {"an unknown queue", "/api/v1/incidents/0-1/assign", R"({"queue": "x"})", 400},
      {"many", "/api/v1/incidents/actions", R"({"ids": ["0-1", "0-99"], "action": "ack"})", 200},
      {"an alarm", "/api/v1/alarms/0-1/clear", R"({"text": "gone"})", 200},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto first = bench.post(row.path, row.body, keyed("k"));
    CHECK_MESSAGE(first.status == row.status, first.body);
    CHECK_FALSE(is_replayed(first));
    const auto incidents = bench.core.desk().last_incident();
    const auto before = bench.get("/api/v1/incidents/0-1").body;
    bench.now += 1min;
    const auto again = bench.post(row.path, row.body, keyed("k"));
    CHECK(is_replayed(again));
    CHECK(again.status == first.status);
    CHECK(again.body == first.body);
    CHECK(again.content_type == first.content_type);
    CHECK(header(again, "Location") == header(first, "Location"));
    CHECK(bench.core.desk().last_incident() == incidents);
    CHECK(bench.get("/api/v1/incidents/0-1").body == before);
  }
  CHECK(notes(bench) == 1);
}

TEST_CASE("an answer without a body comes again") {
  Bench bench;
  const std::string next = "/api/v1/queues/servers/next";
  CHECK(bench.post(next, "", keyed("k")).status == 204);
  bench.send(check("db-1", "disk", "major"));
  const auto again = bench.post(next, "", keyed("k"));
  CHECK(again.status == 204);
  CHECK(is_replayed(again));
  CHECK(bench.post(next, "", keyed("l")).status == 200);
}

TEST_CASE("a key that comes with something else is refused") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  const std::string note = "/api/v1/incidents/0-1/note";
  CHECK(bench.post(note, R"({"text": "one"})", keyed("k")).status == 200);
  CHECK(bench.post(note, R"({"text": "two"})", keyed("k")).status == 422);
  auto headers = keyed("k");
  headers.emplace_back("if-match", "2");
  CHECK(bench.post(note, R"({"text": "one"})", headers).status == 422);
  CHECK(bench.post(note, R"({"text": "one"})", keyed("k")).status == 200);
  CHECK(notes(bench) == 1);
}

TEST_CASE("a key belongs to one person and one place") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  bench.send(check("db-1", "disk", "major"));
  const std::string body = R"({"text": "x"})";
  const auto post = [&](const char* path, Headers headers) {
    return bench.post(path, body, std::move(headers));
  };
  CHECK_FALSE(is_replayed(post("/api/v1/incidents/0-1/note", keyed("k"))));
  CHECK_FALSE(is_replayed(post("/api/v1/incidents/0-1/note", keyed("k", "ben"))));
  CHECK_FALSE(is_replayed(post("/api/v1/incidents/0-2/note", keyed("k"))));
  CHECK_FALSE(is_replayed(post("/api/v1/incidents/0-1/ack", keyed("k"))));
  CHECK_FALSE(is_replayed(post("/api/v1/incidents/0-1/note", keyed("K"))));
  CHECK(is_replayed(post("/api/v1/incidents/0-1/note", keyed("k"))));
  CHECK(notes(bench) == 3);
}

TEST_CASE("a key is not mixed up with those of intake") {
  Bench bench;
  const auto body = check("edge-7", "linkDown", "major");
  CHECK(bench.post("/in/hooks", body, {{"idempotency-key", "k"}}).status == 202);
  const auto answer = bench.post("/api/v1/incidents/0-1/ack", "", keyed("k"));
  CHECK(answer.status == 200);
  CHECK_FALSE(is_replayed(answer));
}

TEST_CASE("a key is kept for the repeat window, also what it was refused") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  const std::string close = "/api/v1/incidents/0-1/close";
  CHECK(bench.post(close, "", keyed("k")).status == 409);
  CHECK(bench.post("/api/v1/incidents/0-1/resolve", "").status == 200);
  CHECK(bench.post(close, "", keyed("k")).status == 409);
  bench.now += 2h;
  CHECK(bench.post(close, "", keyed("k")).status == 200);
}

TEST_CASE("a key that is too long is refused, and an empty one is none") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  const std::string note = "/api/v1/incidents/0-1/note";
  const std::string body = R"({"text": "x"})";
  const std::string longest(limits::idempotency_key_bytes_max, 'k');
  CHECK(bench.post(note, body, keyed(longest.c_str())).status == 200);
  CHECK(bench.post(note, body, keyed((longest + "k").c_str())).status == 400);
  CHECK(bench.post(note, body, keyed("")).status == 200);
  CHECK(bench.post(note, body, keyed("")).status == 200);
  CHECK(notes(bench) == 3);
}

TEST_CASE("what the core did not take is not remembered") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  const std::string note = "/api/v1/incidents/0-1/note";
  const std::string body = R"({"text": "x"})";
  bench.access.refuses = true;
  CHECK(bench.post(note, body, keyed("k")).status == 503);
  bench.access.refuses = false;
  CHECK_FALSE(is_replayed(bench.post(note, body, keyed("k"))));
  CHECK(is_replayed(bench.post(note, body, keyed("k"))));
}
