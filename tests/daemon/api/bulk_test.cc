#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "tests/daemon/api/bench.h"

using namespace deskd;
using namespace std::chrono_literals;
using test::Bench;
using test::check;

namespace {

const std::string actions = "/api/v1/incidents/actions";

/// `count` incidents of queue servers, in one turn.
void open_many(Bench& bench, int count) {
  std::string body = R"({"checks": [)";
  for (int i = 0; i < count; ++i) {
    if (i > 0) body += ",";
    body += fmt::format(R"({{"host": "h{}", "check": "disk", "state": "bad", "site": "s{}"}})", i,
                        i % 2);
  }
  bench.send(body + "]}");
  REQUIRE(bench.core.desk().last_incident() == static_cast<desk::IncidentId>(count));
}

boost::json::value act(Bench& bench, std::string body, const char* actor = "anna") {
  const auto answer = bench.post(actions, std::move(body), {{"x-desk-actor", actor}});
  INFO(answer.body);
  REQUIRE(answer.status == 200);
  return boost::json::parse(answer.body);
}

std::string ids_to(desk::IncidentId last) {
  std::vector<std::string> ids;
  for (desk::IncidentId id = 1; id <= last; ++id) ids.push_back(fmt::format("\"0-{}\"", id));
  return fmt::format(R"({{"action": "ack", "ids": [{}]}})", fmt::join(ids, ", "));
}

}  // namespace

TEST_CASE("one action on many incidents has a result for each, in their order") {
  Bench bench;
  open_many(bench, 3);
  bench.post("/api/v1/incidents/0-2/resolve", "");
  const auto done =
      act(bench, R"({"ids": ["0-3", "0-2", "0-77", "0-1"], "action": "take", "reason": "mine"})");
  CHECK(done.at("next").is_null());
  const auto& items = done.at("items").as_array();
  REQUIRE(items.size() == 4);
  CHECK(items[0].at("id") == "0-3");
  CHECK(items[0].at("status") == 200);
  CHECK(items[0].at("state") == "assigned");
  CHECK(items[0].at("version") == bench.read("/api/v1/incidents/0-3").at("version"));
  CHECK(items[1].at("id") == "0-2");
  CHECK(items[1].at("status") == 409);
  CHECK(std::string(items[1].at("detail").as_string()).find("resolved") != std::string::npos);
  CHECK_FALSE(items[1].as_object().contains("version"));
  CHECK(items[2].at("status") == 404);
  CHECK(items[3].at("status") == 200);
  const auto one = bench.read("/api/v1/incidents/0-1");
  CHECK(one.at("person") == "anna");
  CHECK(std::string(one.at("timeline").as_array().back().at("text").as_string()).find("mine") !=
        std::string::npos);
}

TEST_CASE("five hundred of them happen at one time") {
  Bench bench;
  open_many(bench, 500);
  bench.now += 1min;
  CHECK(act(bench, ids_to(500)).at("items").as_array().size() == 500);
  const auto first = bench.read("/api/v1/incidents?sort=updated_at&limit=1").at("items").at(0);
  CHECK(first.at("updated_at") == "2026-11-22T08:01:00.000Z");
}

TEST_CASE("a filter says which incidents, as the query of the list does") {
  Bench bench;
  open_many(bench, 4);
  bench.send(check("edge-7", "linkDown", "major"));
  bench.post("/api/v1/incidents/0-1/resolve", "");
  auto done = act(bench, R"({"filter": {"state": ["new", "assigned"], "queue": "servers",
      "firing": true, "label.site": "s1"}, "action": "assign", "person": "ben"})");
  const auto& items = done.at("items").as_array();
  REQUIRE(items.size() == 2);
  CHECK(items[0].at("id") == "0-4");
  CHECK(items[1].at("id") == "0-2");
  CHECK(bench.read("/api/v1/incidents?person=ben").at("items").as_array().size() == 2);
  done = act(bench, R"({"filter": {"queue": "network"}, "action": "set", "priority": "P5"})");
  CHECK(done.at("items").as_array().size() == 1);
  CHECK(bench.read("/api/v1/incidents/0-5").at("priority") == "P5");
  CHECK(act(bench, R"({"filter": {"queue": "triage"}, "action": "ack"})")
            .at("items")
            .as_array()
            .empty());
}

TEST_CASE("a filter goes on where its cursor says, and meets nobody twice") {
  Bench bench;
  open_many(bench, 1'100);
  for (const std::string sort : {"-opened_at", "id", "priority", "-priority"}) {
    CAPTURE(sort);
    std::set<std::string> seen;
    std::size_t met = 0;
    std::string cursor;
    int calls = 0;
    do {
      const auto done =
          act(bench, R"({"action": "note", "text": "x", "filter": {"state": "open", )" + cursor +
                         R"("sort": ")" + sort + "\"}}");
      for (const auto& item : done.at("items").as_array()) {
        CHECK(item.at("status") == 200);
        seen.emplace(item.at("id").as_string());
        ++met;
      }
      ++calls;
      if (done.at("next").is_null()) break;
      cursor = R"("cursor": ")" + std::string(done.at("next").as_string()) + R"(", )";
    } while (calls < 10);
    CHECK(calls == 3);
    CHECK(seen.size() == 1'100);
    CHECK(met == 1'100);
  }
  const auto page = act(bench, R"({"action": "ack", "filter": {"limit": 2, "queue": "servers"}})");
  CHECK(page.at("items").as_array().size() == 2);
  CHECK(page.at("next") == "1099");
}

TEST_CASE("a call for many that is not whole changes nothing") {
  Bench bench;
  open_many(bench, 501);
  struct Row {
    const char* name;
    std::string body;
    const char* says;
  };
  const std::vector<Row> rows{
      {"nothing", "", "say which incidents"},
      {"no ids", R"({"action": "ack"})", "say which incidents"},
      {"both", R"({"action": "ack", "ids": ["0-1"], "filter": {"state": "new"}})",
       "say which incidents"},
      {"no action", R"({"ids": ["0-1"]})", "say which action"},
      {"an unknown action", R"({"ids": ["0-1"], "action": "akc"})", "nearest: 'ack'"},
      {"an action as number", R"({"ids": ["0-1"], "action": 1})", "'action' is a number"},
      {"501 ids", ids_to(501), "'ids' has at most 500"},
      {"none", R"({"ids": [], "action": "ack"})", "'ids' is empty"},
      {"twice", R"({"ids": ["0-1", "0-2", "0-1"], "action": "ack"})", "0-1 stands twice"},
      {"no id", R"({"ids": ["0-1", "seven"], "action": "ack"})", "number 2 of 'ids'"},
      {"an id as number", R"({"ids": [1], "action": "ack"})", "number 1 of 'ids'"},
      {"one id", R"({"ids": "0-1", "action": "ack"})", "'ids' is text, not a list"},
      {"an unknown key", R"({"ids": ["0-1"], "action": "ack", "force": true})",
       "unknown key 'force'"},
      {"what the action lacks", R"({"ids": ["0-1"], "action": "note"})", "note needs"},
      {"an empty filter", R"({"filter": {}, "action": "ack"})", "must say which incidents"},
      {"paging alone", R"({"filter": {"limit": 5, "sort": "id"}, "action": "ack"})",
       "must say which incidents"},
      {"a filter as text", R"({"filter": "state=new", "action": "ack"})", "'filter' is text"},
      {"an unknown filter", R"({"filter": {"stat": "new"}, "action": "ack"})", "nearest: 'state'"},
      {"a bad value", R"({"filter": {"state": "nwe"}, "action": "ack"})", "can't be 'nwe'"},
      {"null", R"({"filter": {"state": null}, "action": "ack"})", "'state' in 'filter'"},
      {"an object", R"({"filter": {"state": {"a": 1}}, "action": "ack"})", "'state' in 'filter'"},
      {"an empty list", R"({"filter": {"state": []}, "action": "ack"})", "'state' in 'filter'"},
      {"lists in lists", R"({"filter": {"state": [["new"]]}, "action": "ack"})",
       "'state' in 'filter'"},
      {"a filter twice", R"({"filter": {"queue": "x", "queue": "y"}, "action": "ack"})",
       "'queue' stands twice"},
      {"an empty text", R"({"filter": {"queue": ""}, "action": "ack"})", "'queue' is empty"},
      {"a limit", R"({"filter": {"queue": "servers", "limit": 501}, "action": "ack"})",
       "goes from 1 to 500"},
      {"a cursor", R"({"filter": {"queue": "servers", "cursor": "x"}, "action": "ack"})",
       "'cursor'"},
      {"an order that moves",
       R"({"filter": {"queue": "servers", "sort": "updated_at"}, "action": "ack"})",
       "can't be updated_at"},
      {"too many values",
       fmt::format(R"({{"filter": {{"queue": [{}]}}, "action": "ack"}})",
                   fmt::join(std::vector<std::string>(100, "\"x\""), ", ")),
       "at most 64 values"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto answer = bench.post(actions, row.body);
    CHECK(answer.status == 400);
    CHECK_MESSAGE(answer.body.find(row.says) != std::string::npos, answer.body);
  }
  const auto versioned =
      bench.post(actions, R"({"ids": ["0-1"], "action": "ack"})", {{"if-match", "1"}});
  CHECK(versioned.status == 400);
  CHECK(versioned.body.find("If-Match") != std::string::npos);
  CHECK(bench.get(actions).status == 405);
  CHECK(bench.read("/api/v1/incidents?acked=true").at("items").as_array().empty());
}
