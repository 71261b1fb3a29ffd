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
using test::many_checks;

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
  const auto count = limits::search_max + 1'000;
  bench.send(many_checks(count));
  REQUIRE(bench.core.desk().last_incident() == count);
  bench.access.looks = 0;
  const auto first = bench.read("/api/v1/incidents?resource=h0");
  CHECK(ids(first).empty());
  CHECK(bench.access.looks >= 5);  // each of them short
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
      {"cursor=x", "parameter 'cursor' is none that a list in this order gave"},
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
