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

std::vector<std::string> texts(const boost::json::value& list, const char* key) {
  std::vector<std::string> found;
  for (const auto& item : list.at("items").as_array()) {
    found.emplace_back(item.at(key).as_string());
  }
  return found;
}

}  // namespace

TEST_CASE("an alarm shows its identity, its origins and its incident") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  bench.now += 1s;
  bench.send(check("edge-7", "linkDown", "major", "ok"));
  test::check_golden(bench.golden("/api/v1/alarms/0-1"), golden + "alarm.json");
  CHECK(bench.get("/api/v1/alarms/0-2").status == 404);
  CHECK(bench.get("/api/v1/alarms/x").status == 404);
}

TEST_CASE("alarms are filtered by every parameter") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  bench.send(check("db-1", "disk", "warning"));
  bench.send(check("db-1", "disk", "warning", "ok"));
  struct Row {
    const char* query;
    std::vector<std::string> found;
  };
  const std::vector<Row> rows{
      {"", {"0-2", "0-1"}},
      {"sort=raised_at", {"0-1", "0-2"}},
      {"status=firing", {"0-1"}},
      {"status=cleared", {"0-2"}},
      {"status=cleared&status=firing", {"0-2", "0-1"}},
      {"severity=warning", {"0-2"}},
      {"source=hooks", {"0-2", "0-1"}},
      {"source=prometheus", {}},
      {"type=linkDown", {"0-1"}},
      {"resource=db-1", {"0-2"}},
      {"label.site=fra&type=disk", {"0-2"}},
      {"label.site=x", {}},
      {"limit=1", {"0-2"}},
      {"limit=1&cursor=2", {"0-1"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.query);
    CHECK(texts(bench.read(std::string("/api/v1/alarms?") + row.query), "id") == row.found);
  }
  CHECK(bench.get("/api/v1/alarms?status=resolved").status == 400);
}

TEST_CASE("a person clears an alarm once, and the next firing alert raises it anew") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  const auto answer = bench.post("/api/v1/alarms/0-1/clear", R"({"text": "a known fault"})",
                                 {{"x-desk-actor", "anna"}});
  CHECK(answer.status == 200);
  const auto alarm = boost::json::parse(answer.body);
  CHECK(alarm.at("status") == "cleared");
  CHECK(alarm.at("origins").at(0).at("status") == "resolved");
  CHECK(bench.post("/api/v1/alarms/0-1/clear", "").status == 409);
  CHECK(bench.post("/api/v1/alarms/0-9/clear", "").status == 404);
  CHECK(bench.post("/api/v1/alarms/0-1/clear", "", {{"if-match", "1"}}).status == 400);
  bench.send(check("edge-7", "linkDown", "major"));
  CHECK(bench.read("/api/v1/alarms/0-1").at("status") == "firing");
}

TEST_CASE("recent alerts show what became of each, and by which rules") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  bench.now += 1s;
  bench.send(check("db-1", "disk", "nonsense"));
  test::check_golden(bench.golden("/api/v1/alerts"), golden + "alerts.json");
}

TEST_CASE("recent alerts come newest first, filtered, in pages that go on inside a record") {
  Bench bench;
  for (int record = 0; record < 3; ++record) {
    std::string body = R"({"agent": "a)" + std::to_string(record) + R"(", "checks": [)";
    for (int i = 0; i < 4; ++i) {
      if (i > 0) body += ",";
      body += R"({"host": ")" + std::to_string(record) + std::to_string(i) +
              R"(", "check": "x", "state": ")" + (i == 3 ? "ok" : "bad") + "\"}";
    }
    bench.send(body + "]}");
  }
  const std::vector<std::string> all{"23", "22", "21", "20", "13", "12",
                                     "11", "10", "03", "02", "01", "00"};
  CHECK(texts(bench.read("/api/v1/alerts"), "resource") == all);
  CHECK(texts(bench.read("/api/v1/alerts?outcome=unmatched"), "resource") ==
        std::vector<std::string>{"23", "13", "03"});
  CHECK(texts(bench.read("/api/v1/alerts?sender=a1&outcome=raised"), "resource") ==
        std::vector<std::string>{"12", "11", "10"});
  CHECK(texts(bench.read("/api/v1/alerts?source=prometheus"), "resource").empty());
  CHECK(bench.get("/api/v1/alerts?outcome=lost").status == 400);
  CHECK(bench.get("/api/v1/alerts?cursor=1").status == 400);

  for (const std::string limit : {"1", "3", "5", "12"}) {
    CAPTURE(limit);
    std::vector<std::string> found;
    std::string cursor;
    for (int page_count = 0; page_count < 20; ++page_count) {
      const auto page = bench.read("/api/v1/alerts?limit=" + limit + cursor);
      for (auto& resource : texts(page, "resource")) found.push_back(resource);
      if (page.at("next").is_null()) break;
      cursor = "&cursor=" + std::string(page.at("next").as_string());
    }
    CHECK(found == all);
  }
}
