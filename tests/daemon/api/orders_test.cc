#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "tests/daemon/api/bench.h"

using namespace deskd;
using namespace std::chrono_literals;
using test::Bench;
using test::many_checks;

namespace {

std::vector<std::string> ids(const boost::json::value& list) {
  std::vector<std::string> found;
  for (const auto& item : list.at("items").as_array()) {
    found.emplace_back(item.at("id").as_string());
  }
  return found;
}

/// Raises an incident by hand and gives its id.
std::string raise(Bench& bench, std::string_view priority) {
  const auto answer = bench.post(
      "/api/v1/incidents",
      fmt::format(R"({{"title": "x", "queue": "servers", "priority": "{}"}})", priority));
  REQUIRE_MESSAGE(answer.status == 201, answer.body);
  return std::string(boost::json::parse(answer.body).at("id").as_string());
}

void act(Bench& bench, const std::string& id, const char* action) {
  const auto answer = bench.post(fmt::format("/api/v1/incidents/{}/{}", id, action), "");
  REQUIRE_MESSAGE(answer.status == 200, answer.body);
}

const std::vector<std::string> all_orders{"-opened_at",  "opened_at",  "-id",       "id",
                                          "-updated_at", "updated_at", "-priority", "priority"};

/// 0-1 P3, 0-2 P1, 0-3 P3, 0-4 P2, 0-5 P1, a minute apart.
void open_five(Bench& bench) {
  for (const char* priority : {"P3", "P1", "P3", "P2", "P1"}) {
    raise(bench, priority);
    bench.now += 1min;
  }
}

}  // namespace

TEST_CASE("incidents are listed in every order") {
  Bench bench;
  open_five(bench);
  act(bench, "0-2", "ack");
  bench.now += 1min;
  act(bench, "0-4", "resolve");
  const std::map<std::string, std::vector<std::string>> rows{
      {"-opened_at", {"0-5", "0-4", "0-3", "0-2", "0-1"}},
      {"opened_at", {"0-1", "0-2", "0-3", "0-4", "0-5"}},
      {"-id", {"0-5", "0-4", "0-3", "0-2", "0-1"}},
      {"id", {"0-1", "0-2", "0-3", "0-4", "0-5"}},
      {"-updated_at", {"0-4", "0-2", "0-5", "0-3", "0-1"}},
      {"updated_at", {"0-1", "0-3", "0-5", "0-2", "0-4"}},
      {"priority", {"0-2", "0-5", "0-1", "0-3"}},
      {"-priority", {"0-3", "0-1", "0-5", "0-2"}},
  };
  CHECK(rows.size() == all_orders.size());
  for (const auto& [order, expected] : rows) {
    CAPTURE(order);
    CHECK(ids(bench.read("/api/v1/incidents?sort=" + order)) == expected);
    std::vector<std::string> found;
    std::string cursor;
    for (int page_count = 0; page_count < 10; ++page_count) {
      const auto page = bench.read("/api/v1/incidents?limit=1&sort=" + order + cursor);
      for (const auto& id : ids(page)) found.push_back(id);
      if (page.at("next").is_null()) break;
      cursor = "&cursor=" + std::string(page.at("next").as_string());
    }
    CHECK(found == expected);
  }
  CHECK(ids(bench.read("/api/v1/incidents?sort=-updated_at&opened_since=2026-11-22T08:03:00Z")) ==
        std::vector<std::string>{"0-4", "0-5"});
  CHECK(ids(bench.read("/api/v1/incidents?sort=priority&priority=P3")) ==
        std::vector<std::string>{"0-1", "0-3"});
}

TEST_CASE("by priority only open incidents are listed, and others can't be asked for") {
  Bench bench;
  open_five(bench);
  for (const char* state : {"open", "new", "pending", "new&state=assigned"}) {
    CAPTURE(state);
    CHECK(bench.get(fmt::format("/api/v1/incidents?sort=priority&state={}", state)).status == 200);
  }
  for (const char* state : {"resolved", "closed", "cancelled", "open&state=closed"}) {
    CAPTURE(state);
    const auto answer = bench.get(fmt::format("/api/v1/incidents?sort=-priority&state={}", state));
    CHECK(answer.status == 400);
    CHECK(answer.body.find("open incidents only") != std::string::npos);
  }
}

TEST_CASE("a cursor that no list of this order gave is refused") {
  Bench bench;
  open_five(bench);
  struct Row {
    const char* order;
    const char* cursor;
  };
  const std::vector<Row> rows{
      {"id", "x"},           {"id", "0"},
      {"id", "-1"},          {"id", "1-2"},
      {"id", "01"},          {"id", "1%20"},
      {"id", "%2B1"},        {"id", "18446744073709551616"},
      {"opened_at", ""},     {"updated_at", "1"},
      {"updated_at", "1-0"}, {"updated_at", "1-"},
      {"updated_at", "-1"},  {"updated_at", "9223372036854775808-1"},
      {"priority", "1-2"},   {"priority", "256-1-1"},
      {"priority", "--1"},   {"priority", "1-2-3-4"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.order);
    CAPTURE(row.cursor);
    const auto answer =
        bench.get(fmt::format("/api/v1/incidents?sort={}&cursor={}", row.order, row.cursor));
    CHECK(answer.status == 400);
    CHECK(answer.body.find("'cursor'") != std::string::npos);
  }
}

TEST_CASE("a cursor may point far away") {
  Bench bench;
  open_five(bench);
  const std::string most = "18446744073709551615";
  const std::string latest = "9223372036854775807-" + most;
  const std::map<std::string, std::string> rows{{"id", most},
                                                {"-id", most},
                                                {"updated_at", latest},
                                                {"-updated_at", latest},
                                                {"priority", "255-" + latest},
                                                {"-priority", "255-" + latest}};
  for (const auto& [order, cursor] : rows) {
    CAPTURE(order);
    const auto page = bench.read(fmt::format("/api/v1/incidents?sort={}&cursor={}", order, cursor));
    CHECK(ids(page).size() == (order.starts_with('-') ? 5 : 0));
    CHECK(page.at("next").is_null());
  }
}

TEST_CASE("whatever comes and goes between pages, what keeps its place is listed once") {
  for (const auto& order : all_orders) {
    CAPTURE(order);
    Bench bench;
    for (int i = 0; i < 60; ++i) {
      raise(bench, i % 3 == 0 ? "P1" : i % 3 == 1 ? "P2" : "P3");
      if (i % 4 == 0) bench.now += 1s;  // some share their time
    }
    std::map<std::string, int> listed;
    std::set<std::string> moved;
    std::string cursor;
    for (int page_count = 0; page_count < 50; ++page_count) {
      const auto page = bench.read("/api/v1/incidents?limit=7&sort=" + order + cursor);
      for (const auto& id : ids(page)) ++listed[id];
      if (page.at("next").is_null()) break;
      cursor = "&cursor=" + std::string(page.at("next").as_string());

      bench.now += 1s;
      moved.insert(raise(bench, "P2"));
      // One that was listed, one that may be still to come, and at times the very one that the
      // cursor names.
      std::vector<std::string> touched{"0-" + std::to_string(1 + page_count * 3),
                                       "0-" + std::to_string(std::max(1, 60 - page_count * 3))};
      if (page_count % 3 == 0) touched.push_back(ids(page).back());
      for (const auto& id : touched) {
        if (!moved.insert(id).second) continue;
        act(bench, id, page_count % 2 == 0 ? "ack" : "resolve");
      }
    }
    for (int i = 1; i <= 60; ++i) {
      const std::string id = "0-" + std::to_string(i);
      CAPTURE(id);
      const bool keeps_its_place =
          !moved.contains(id) || order.ends_with("id") || order.ends_with("opened_at");
      if (keeps_its_place) CHECK(listed[id] == 1);
    }
    CHECK(moved.size() > 10);
    CHECK(listed.size() >= 40);
  }
}

TEST_CASE("in every order a question looks at a bounded number of incidents") {
  Bench bench;
  const auto count = limits::search_max + 1'000;
  bench.send(many_checks(count));
  for (const std::string order : {"updated_at", "-updated_at", "priority", "-priority"}) {
    CAPTURE(order);
    std::set<std::string> found;
    std::string cursor;
    int page_count = 0;
    for (; page_count < 10; ++page_count) {
      const auto page = bench.read("/api/v1/incidents?firing=false&sort=" + order + cursor);
      CHECK(ids(page).empty());
      if (page.at("next").is_null()) break;
      cursor = "&cursor=" + std::string(page.at("next").as_string());
    }
    CHECK(page_count == 1);
    const auto far = bench.read("/api/v1/incidents?limit=500&sort=" + order + cursor);
    CHECK(ids(far).size() == 500);
  }
}
