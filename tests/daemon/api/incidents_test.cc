#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <boost/json/parse.hpp>

#include "tests/daemon/api/bench.h"
#include "tests/support/golden.h"

using namespace deskd;
using namespace std::chrono_literals;
using test::Bench;
using test::check;

namespace {

const std::string golden = std::string(DESKD_ROOT) + "/tests/golden/api/";

std::vector<std::string> ids(const boost::json::value& list) {
  std::vector<std::string> found;
  for (const auto& item : list.at("items").as_array()) {
    found.emplace_back(item.at("id").as_string());
  }
  return found;
}

/// Three incidents: 0-1 network P2, 0-2 servers, 0-3 triage, a minute apart; 0-3 is resolved.
void open_three(Bench& bench) {
  bench.send(check("edge-7", "linkDown", "major"));
  bench.now += 1min;
  bench.send(check("db-1", "disk", "warning"));
  bench.now += 1min;
  bench.send(check("fan-9", "Hot", "critical"));
  bench.send(check("fan-9", "Hot", "critical", "ok"));
}

}  // namespace

TEST_CASE("an incident shows its alarms, their origins, its timeline and its verdict") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  bench.now += 1500ms;
  bench.send(check("edge-7", "linkDown", "critical"));
  test::check_golden(bench.golden("/api/v1/incidents/0-1"), golden + "incident.json");
}

TEST_CASE("a list leaves out alarms, timeline and verdict") {
  Bench bench;
  open_three(bench);
  test::check_golden(bench.golden("/api/v1/incidents"), golden + "incidents.json");
}

TEST_CASE("incidents are filtered by every parameter") {
  Bench bench;
  open_three(bench);
  bench.post("/api/v1/incidents/0-2/ack", "", {{"x-desk-actor", "anna"}});
  struct Row {
    const char* query;
    std::vector<std::string> found;
  };
  const std::vector<Row> rows{
      {"", {"0-3", "0-2", "0-1"}},
      {"sort=opened_at", {"0-1", "0-2", "0-3"}},
      {"sort=id", {"0-1", "0-2", "0-3"}},
      {"sort=-id", {"0-3", "0-2", "0-1"}},
      {"state=new", {"0-2", "0-1"}},
      {"state=open", {"0-2", "0-1"}},
      {"state=resolved", {"0-3"}},
      {"state=resolved&state=new", {"0-3", "0-2", "0-1"}},
      {"queue=network", {"0-1"}},
      {"queue=network&queue=servers", {"0-2", "0-1"}},
      {"queue=unknown", {}},
      {"priority=P2", {"0-1"}},
      {"class=network.link", {"0-1"}},
      {"severity=critical", {"0-3"}},
      {"acked=true", {"0-2"}},
      {"acked=false", {"0-3", "0-1"}},
      {"firing=true", {"0-2", "0-1"}},
      {"firing=false", {"0-3"}},
      {"resource=db-1", {"0-2"}},
      {"resource=db", {}},
      {"label.site=fra", {"0-3", "0-2", "0-1"}},
      {"label.site=muc", {}},
      {"label.site=fra&resource=db-1", {"0-2"}},
      {"opened_since=2026-11-22T08:01:00Z", {"0-3", "0-2"}},
      {"opened_since=2026-11-22T08:01:00Z&sort=id", {"0-2", "0-3"}},
      {"q=EDGE", {"0-1"}},
      {"q=hot%20on", {"0-3"}},
      {"q=nothing", {}},
      {"person=anna", {}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.query);
    CHECK(ids(bench.read(std::string("/api/v1/incidents?") + row.query)) == row.found);
  }
}

TEST_CASE("pages follow each other until the cursor is null, in both directions") {
  Bench bench;
  for (int i = 0; i < 7; ++i) bench.send(check("h" + std::to_string(i), "linkDown", "major"));
  for (const std::string sort : {"-opened_at", "opened_at"}) {
    CAPTURE(sort);
    std::vector<std::string> all;
    std::string cursor;
    int pages = 0;
    do {
      const auto page = bench.read("/api/v1/incidents?limit=3&sort=" + sort + cursor);
      for (auto& id : ids(page)) all.push_back(id);
      ++pages;
      if (page.at("next").is_null()) break;
      cursor = "&cursor=" + std::string(page.at("next").as_string());
    } while (pages < 10);
    CHECK(pages == 3);
    std::vector<std::string> expected{"0-1", "0-2", "0-3", "0-4", "0-5", "0-6", "0-7"};
    if (sort == "-opened_at") std::ranges::reverse(expected);
    CHECK(all == expected);
  }
}

TEST_CASE("a question looks at a bounded number of incidents, and its page says where to go on") {
  Bench bench;
  std::string body = R"({"checks": [)";
  const auto count = limits::scan_max + 1'000;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) body += ",";
    body += R"({"host": "h)" + std::to_string(i) + R"(", "check": "x", "state": "bad"})";
  }
  bench.send(body + "]}");
  REQUIRE(bench.core.desk().last_incident() == count);
  const auto first = bench.read("/api/v1/incidents?resource=h0");
  CHECK(ids(first).empty());
  REQUIRE(first.at("next").is_string());
  std::string cursor(first.at("next").as_string());
  std::vector<std::string> found;
  for (int i = 0; i < 10 && !cursor.empty(); ++i) {
    const auto page = bench.read("/api/v1/incidents?resource=h0&cursor=" + cursor);
    for (auto& id : ids(page)) found.push_back(id);
    cursor = page.at("next").is_null() ? "" : std::string(page.at("next").as_string());
  }
  CHECK(found == std::vector<std::string>{"0-1"});
}

TEST_CASE("a bad parameter is named, with the nearest known one") {
  Bench bench;
  struct Row {
    const char* query;
    const char* detail;
  };
  const std::vector<Row> rows{
      {"stat=new", "parameter 'stat' is not known here (nearest: 'state')"},
      {"state=nwe", "parameter 'state' can't be 'nwe'"},
      {"severity=bad", "parameter 'severity' can't be 'bad'"},
      {"limit=0", "parameter 'limit' goes from 1 to 500"},
      {"limit=501", "parameter 'limit' goes from 1 to 500"},
      {"limit=many", "parameter 'limit' is no whole number"},
      {"limit=1&limit=2", "parameter 'limit' stands more than once"},
      {"acked=yes", "parameter 'acked' is true or false"},
      {"opened_since=today", "parameter 'opened_since' is no RFC 3339 time"},
      {"sort=title", "parameter 'sort' can't be 'title'"},
      {"cursor=x", "parameter 'cursor' is no whole number"},
      {"queue=", "parameter 'queue' is empty"},
      {"label.=x", "parameter 'label.' is not known here"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.query);
    const auto answer = bench.get(std::string("/api/v1/incidents?") + row.query);
    CHECK(answer.status == 400);
    CHECK(answer.content_type == "application/problem+json");
    const auto problem = boost::json::parse(answer.body);
    CHECK(std::string(problem.at("detail").as_string()).starts_with(row.detail));
  }
}

TEST_CASE("actions change the incident and name who claims to have acted") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  const auto act = [&](const char* action, std::string body, test::Headers headers = {}) {
    return bench.post(std::string("/api/v1/incidents/0-1/") + action, std::move(body),
                      std::move(headers));
  };
  auto answer = act("ack", "", {{"x-desk-actor", "anna"}});
  CHECK(answer.status == 200);
  auto incident = boost::json::parse(answer.body);
  CHECK(incident.at("acknowledged_by") == "anna (claimed)");
  CHECK(incident.at("timeline").as_array().back().at("actor") == "anna (claimed)");

  answer = act("note", R"({"text": "looked at it"})");
  CHECK(answer.status == 200);
  incident = boost::json::parse(answer.body);
  const auto& entry = incident.at("timeline").as_array().back();
  CHECK(entry.at("actor") == "anonymous (claimed)");
  CHECK(entry.at("text") == "looked at it");

  const auto version = std::to_string(incident.at("version").as_int64());
  CHECK(act("resolve", "", {{"if-match", "999"}}).status == 412);
  CHECK(act("resolve", R"({"text": "done"})", {{"if-match", '"' + version + '"'}}).status == 200);
  CHECK(act("resolve", "").status == 409);
  CHECK(act("close", "").status == 200);
  CHECK(act("reopen", "").status == 200);
  CHECK(bench.read("/api/v1/incidents/0-1").at("state") == "new");
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
  const std::vector<Row> rows{
      {"no such incident", "/api/v1/incidents/0-99/ack", "", {}, 404, "0-99"},
      {"no id", "/api/v1/incidents/seven/ack", "", {}, 404, "no incident seven"},
      {"another shard", "/api/v1/incidents/1-1/ack", "", {}, 404, "1-1"},
      {"not yet", "/api/v1/incidents/0-1/take", "", {}, 400, "not supported yet"},
      {"no such action", "/api/v1/incidents/0-1/resolv", "", {}, 404, "nearest: 'resolve'"},
      {"wrong state", "/api/v1/incidents/0-1/close", "", {}, 409, "new"},
      {"an empty note", note, "{}", {}, 400, "note"},
      {"no JSON", note, "{", {}, 400, "no JSON"},
      {"no object", note, "[]", {}, 400, "no JSON object"},
      {"an unknown key", note, R"({"txt": "x"})", {}, 400, "nearest: 'text'"},
      {"no text", note, R"({"text": 1})", {}, 400, "'text' is no text"},
      {"too deep", note, std::string(1'000, '['), {}, 400, "no JSON"},
      {"too long", note, R"({"text": ")" + std::string(20'000, 'x') + "\"}", {}, 413, "16384"},
      {"too large", note, std::string(100'000, ' '), {}, 413, "65536"},
      {"no UTF-8", note, "{\"text\": \"\xff\"}", {}, 400, "no JSON"},
      {"a bad version", note, R"({"text": "x"})", {{"if-match", "new"}}, 400, "If-Match"},
      {"an actor of two lines", note, R"({"text": "x"})", {{"x-desk-actor", "a\nb"}}, 400, "Actor"},
      {"an endless actor",
       note,
       R"({"text": "x"})",
       {{"x-desk-actor", std::string(200, 'a')}},
       400,
       "Actor"},
      {"a key for repeats",
       note,
       R"({"text": "x"})",
       {{"idempotency-key", "k"}},
       400,
       "Idempotency-Key"},
      {"a page of another site",
       note,
       R"({"text": "x"})",
       {{"origin", "http://evil.example"}, {"host", "desk:9480"}},
       403,
       "another site"},
      {"a parameter", note + "?force=true", R"({"text": "x"})", {}, 400, "'force'"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto answer = bench.post(row.path, row.body, row.headers);
    CHECK(answer.status == row.status);
    CHECK_MESSAGE(answer.body.find(row.says) != std::string::npos, answer.body);
  }
  CHECK(
      bench.post(note, R"({"text": "x"})", {{"origin", "http://desk:9480"}, {"host", "desk:9480"}})
          .status == 200);
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
