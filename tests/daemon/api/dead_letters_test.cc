// Messages that can't become alerts: seen, dropped, and retried by the many.

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/daemon/api/letters_bench.h"

using namespace deskd;
using namespace deskd::test;
using namespace std::chrono_literals;

TEST_CASE("a dead letter is listed with its place and reason, and shown whole") {
  Letters bench;
  const std::vector<connectors::KafkaHeader> headers{{"site", "fra"}, {"raw", "\xff\x01"}};
  bench.record("{\"host\": \xff}", {.topic = "alerts", .partition = 3, .key = "edge-7"});
  bench.record(alert("db-1"), {.key = "\xff", .headers = headers});
  const auto list = bench.read(letters);
  CHECK(list.at("next").is_null());
  REQUIRE(list.at("items").as_array().size() == 2);
  const auto& first = list.at("items").at(1);
  CHECK(first.at("id") == "0-1");
  CHECK(first.at("source") == "bus");
  CHECK(first.at("topic") == "alerts");
  CHECK(first.at("partition") == 3);
  CHECK(first.at("offset") == 7);
  CHECK(first.at("at") == "2026-11-22T07:00:00.000Z");
  CHECK(std::string(first.at("reason").as_string()).starts_with("not JSON at line 1"));
  CHECK(first.at("key") == "edge-7");
  CHECK(first.at("key_base64").is_null());
  CHECK(first.at("value_bytes") == 11);
  CHECK(first.at("cut") == false);
  CHECK_FALSE(first.as_object().contains("value"));

  const auto bytes = bench.read(letters + "/0-1");
  CHECK(bytes.at("value").is_null());
  CHECK(bytes.at("value_base64") == "eyJob3N0Ijog/30=");
  CHECK(bytes.at("headers").as_array().empty());
  const auto text = bench.read(letters + "/0-2");
  CHECK(text.at("value").as_string() == alert("db-1"));
  CHECK(text.at("value_base64").is_null());
  CHECK(text.at("key").is_null());
  CHECK(text.at("key_base64") == "/w==");
  CHECK(text.at("headers").at(0).at("name") == "site");
  CHECK(text.at("headers").at(0).at("value") == "fra");
  CHECK(text.at("headers").at(1).at("value_base64") == "/wE=");
  CHECK(bench.get(letters + "/0-3").status == 404);
  CHECK(bench.get(letters + "/three").status == 404);
}

TEST_CASE("the list is filtered and paged") {
  Letters bench;
  bench.reload_with(fmt::format(bus, "bus", narrow) + fmt::format(bus, "other", narrow));
  for (int i = 0; i < 5; ++i) bench.record("{", {.partition = i % 2});
  bench.record("{", {.topic = "second"});
  bench.record("{", {}, "other");
  CHECK(bench.ids() == Ids{"0-7", "0-6", "0-5", "0-4", "0-3", "0-2", "0-1"});
  CHECK(bench.ids("?source=other") == Ids{"0-7"});
  CHECK(bench.ids("?source=other&source=bus&topic=second") == Ids{"0-6"});
  CHECK(bench.ids("?partition=1") == Ids{"0-4", "0-2"});
  CHECK(bench.ids("?source=nobody").empty());
  Ids seen;
  std::string cursor;
  do {
    const auto page = bench.read(letters + "?limit=2&source=bus" + cursor);
    for (const auto& item : page.at("items").as_array()) {
      seen.emplace_back(item.at("id").as_string());
    }
    CHECK(page.at("items").as_array().size() <= 2);
    if (page.at("next").is_null()) break;
    cursor = "&cursor=" + std::string(page.at("next").as_string());
  } while (seen.size() < 20);
  CHECK(seen == Ids{"0-6", "0-5", "0-4", "0-3", "0-2", "0-1"});
  for (const char* query : {"?sorce=bus", "?limit=0", "?limit=501", "?partition=x",
                            "?partition=2147483648", "?cursor=x", "?source=", "?sort=id"}) {
    CAPTURE(query);
    CHECK(bench.get(letters + query).status == 400);
  }
}

TEST_CASE("a repeat with the same Idempotency-Key gets the first answer") {
  Letters bench;
  bench.record(alert("db-1"));
  bench.record(alert("db-2"));
  bench.mend();
  const Headers key{{"idempotency-key", "k1"}};
  const auto first = bench.retry("0-1", 200, key);
  CHECK(bench.retry("0-1", 200, key) == first);
  CHECK(bench.alarms() == 1);
  CHECK(bench.erase(letters + "/0-2", key).status == 204);
  CHECK(bench.erase(letters + "/0-2", key).status == 204);
  CHECK(bench.erase(letters + "/0-2").status == 404);
}

TEST_CASE("who drops a letter has dealt with it") {
  Letters bench;
  bench.record("{");
  CHECK(bench.erase(letters + "/0-1").status == 204);
  CHECK(bench.erase(letters + "/0-1").status == 404);
  CHECK(bench.erase(letters + "/x").status == 404);
  CHECK(bench.ids().empty());
  CHECK(bench.erase(letters).status == 405);
}

TEST_CASE("many are retried in their order, and the answer says how many remain") {
  Letters bench;
  bench.record(alert("db-1"));
  bench.record("{");
  bench.record(R"({"host": "db-3", "check": "disk", "state": "down"})", {.at = bench.now - 30min});
  bench.record(alert("db-2"), {.topic = "second"});
  bench.mend();
  SUBCASE("by a filter") {
    auto done =
        bench.many("retry", R"({"filter": {"source": "bus", "topic": "alerts", "limit": 2}})");
    REQUIRE(done.at("items").as_array().size() == 2);
    CHECK(done.at("items").at(0).at("id") == "0-1");
    CHECK(done.at("items").at(0).at("accepted") == 1);
    CHECK(done.at("items").at(1).at("status") == 422);
    CHECK(says(done.at("items").at(1), "not JSON"));
    CHECK(done.at("next") == "2");
    CHECK(done.at("remaining") == 1);
    done = bench.many("retry", R"({"filter": {"topic": "alerts", "cursor": 2}})");
    REQUIRE(done.at("items").as_array().size() == 1);
    CHECK(done.at("items").at(0).at("outcomes") == boost::json::parse(R"({"raised": 1})"));
    CHECK(done.at("next").is_null());
    CHECK(done.at("remaining") == 0);
    CHECK(bench.ids() == Ids{"0-4", "0-2"});
  }
  SUBCASE("by ids") {
    const auto done = bench.many("retry", R"({"ids": ["0-4", "0-77", "0-2"]})");
    CHECK(done.at("items").at(0).at("status") == 200);
    CHECK(done.at("items").at(1).at("status") == 404);
    CHECK(done.at("items").at(2).at("status") == 422);
    CHECK(bench.ids() == Ids{"0-3", "0-2", "0-1"});
  }
  SUBCASE("all") {
    const auto done = bench.many("retry", R"({"filter": {}})");
    CHECK(done.at("items").as_array().size() == 4);
    CHECK(bench.ids() == Ids{"0-2"});
  }
  SUBCASE("many are dropped") {
    auto done = bench.many("drop", R"({"filter": {"topic": "alerts", "limit": 1}})");
    CHECK(done.at("items").at(0).at("id") == "0-1");
    CHECK(done.at("remaining") == 2);
    done = bench.many("drop", R"({"ids": ["0-1", "0-2"]})");
    CHECK(done.at("items").at(0).at("status") == 404);
    CHECK(done.at("items").at(1).at("status") == 200);
    CHECK(bench.ids() == Ids{"0-4", "0-3"});
    CHECK(bench.alarms() == 0);
  }
  bench.check_books();
}

TEST_CASE("one call reads no more than a batch of records") {
  Letters bench;
  const std::string large = "{" + std::string(limits::dead_letter_bytes_max - 1, ' ');
  for (int i = 0; i < 20; ++i) bench.record(large);
  const auto done = bench.many("retry", R"({"filter": {}})");
  CHECK(done.at("items").as_array().size() == 16);
  CHECK(done.at("remaining") == 4);
  CHECK(done.at("next") == "16");
}

TEST_CASE("a call for many that is not whole changes nothing") {
  Letters bench;
  bench.record("{");
  struct Row {
    const char* name;
    const char* body;
    const char* says;
  };
  const std::vector<Row> rows{
      {"nothing", "", "say which dead letters"},
      {"both", R"({"ids": ["0-1"], "filter": {}})", "say which dead letters"},
      {"no ids", R"({"ids": []})", "'ids' is empty"},
      {"twice", R"({"ids": ["0-1", "0-1"]})", "stands twice"},
      {"an unknown filter", R"({"filter": {"sorce": "bus"}})", "nearest: 'source'"},
      {"an order", R"({"filter": {"sort": "id"}})", "'sort'"},
      {"a bad partition", R"({"filter": {"partition": "x"}})", "'partition'"},
      {"an unknown key", R"({"filter": {}, "force": true})", "unknown key 'force'"},
  };
  for (const Row& row : rows) {
    for (const char* verb : {"/retry", "/drop"}) {
      CAPTURE(row.name);
      CAPTURE(verb);
      const auto answer = bench.post(letters + verb, row.body);
      CHECK(answer.status == 400);
      CHECK_MESSAGE(answer.body.find(row.says) != std::string::npos, answer.body);
    }
  }
  std::string ids = "\"0-1\"";
  for (int i = 2; i <= 17; ++i) ids += fmt::format(", \"0-{}\"", i);
  CHECK(bench.post(letters + "/retry", R"({"ids": [)" + ids + "]}").status == 400);
  CHECK(bench.post(letters + "/0-1/retry", "{}", {{"if-match", "1"}}).status == 400);
  CHECK(bench.post(letters + "/0-1/retry", R"({"x": 1})").status == 400);
  CHECK(bench.post(letters + "/x/retry", "").status == 404);
  CHECK(bench.ids().size() == 1);
}
