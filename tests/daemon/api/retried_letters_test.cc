// A dead letter that is read again does what its message would have done, once.

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/daemon/api/letters_bench.h"

using namespace deskd;
using namespace deskd::test;
using namespace std::chrono_literals;

TEST_CASE("a retry by a mended mapping applies the message and drops the letter, in one record") {
  Letters bench;
  bench.record(alert("db-1"));
  REQUIRE(bench.alarms() == 0);
  bench.mend();
  const auto last_record = [&] { return bench.core.recent().back().number; };
  bench.now += 1min;
  const auto done = bench.retry("0-1");
  const auto records = last_record();
  CHECK(done.at("id") == "0-1");
  CHECK(done.at("status") == 200);
  CHECK(done.at("accepted") == 1);
  CHECK(done.at("malformed") == 0);
  CHECK(done.at("outcomes") == boost::json::parse(R"({"raised": 1})"));
  CHECK(bench.ids().empty());
  CHECK(bench.alarms() == 1);
  CHECK(bench.core.correlator().find_text(1)->view().resource == "db-1");
  CHECK(bench.read("/api/v1/incidents").at("items").as_array().size() == 1);
  // As it was received, not as it was retried.
  const auto logged = bench.read("/api/v1/alerts?outcome=raised").at("items").at(0);
  CHECK(logged.at("received_at") == "2026-11-22T07:00:00.000Z");
  CHECK(logged.at("source") == "bus");
  bench.check_books();

  SUBCASE("a second one finds nothing") {
    CHECK(says(bench.retry("0-1", 404), "there is no dead letter 0-1"));
    CHECK(bench.alarms() == 1);
    CHECK(last_record() == records);
  }
  bench.check_books();
}

TEST_CASE("a retry reads key, headers, topic and offset as the source did") {
  Letters bench;
  const std::vector<connectors::KafkaHeader> headers{{"site", "fra"}};
  bench.record(alert("db-1"), {.topic = "alerts", .key = "k1", .headers = headers});
  bench.reload_with(fmt::format(bus, "bus",
                                "{resource: /host, type: {kafka: topic}, key: {kafka: key}, "
                                "status: {at: /state, firing: [down]}, labels: {site: "
                                "{kafka: headers.site}, offset: {kafka: offset}}}"));
  bench.retry("0-1");
  const auto one = bench.read("/api/v1/alerts?outcome=raised").at("items").at(0);
  CHECK(one.at("key") == "k1");
  CHECK(one.at("type") == "alerts");
  CHECK(one.at("labels") == boost::json::parse(R"({"site": "fra", "offset": "7"})"));
}

TEST_CASE("what still can't be read stays, with the reason of now") {
  Letters bench;
  bench.record(R"({"host": "db-1", "check": "disk", "state": "down", "tags": []})");
  const auto first = bench.read(letters + "/0-1").at("reason");
  bench.reload_with(fmt::format(bus, "bus", mapping("down", "/tags")));
  const auto refused = bench.retry("0-1", 422);
  CHECK(says(refused, "/tags"));
  CHECK(refused.at("accepted") == 0);
  CHECK(refused.at("malformed") == 1);
  CHECK(refused.at("errors").at(0).at("pointer") == "/tags");
  const auto kept = bench.read(letters + "/0-1");
  CHECK(kept.at("reason") != first);
  CHECK(kept.at("reason") == refused.at("detail"));
  CHECK(bench.alarms() == 0);
  // It was counted as malformed when it came in, and is not again.
  const auto books = bench.accounts.read(false);
  REQUIRE(books.size() == 1);
  CHECK(books[0].received == 1);
  CHECK(books[0].outcomes[rules::Outcome::malformed] == 1);
  bench.check_books();
}

TEST_CASE("of a list with bad elements each alert is applied once, whenever it could be read") {
  Letters bench;
  const auto count = [&](rules::AlarmId alarm) {
    return bench.core.correlator().find(alarm)->count;
  };
  const auto know = [&](const char* firing) {
    bench.reload_with(fmt::format(bus, "bus", mapping(firing)));
  };
  bench.record(R"([{"host": "a", "check": "disk", "state": "bad"},
                   {"host": "b", "check": "disk", "state": "down"},
                   {"host": "c", "check": "disk", "state": "odd"}])");
  REQUIRE(bench.alarms() == 1);
  CHECK(bench.read(letters + "/0-1").at("taken") == 1);
  SUBCASE("all of it, in the end") {
    know("bad, down");
    const auto part = bench.retry("0-1", 422);
    CHECK(part.at("accepted") == 1);
    CHECK(part.at("malformed") == 1);
    CHECK(part.at("outcomes") == boost::json::parse(R"({"raised": 1})"));
    CHECK(says(part, "1 of 3 alerts are malformed"));
    CHECK(bench.read(letters + "/0-1").at("taken") == 2);
    CHECK(bench.retry("0-1", 422).at("accepted") == 0);
    CHECK(bench.alarms() == 2);
    know("bad, down, odd");
    CHECK(bench.retry("0-1").at("accepted") == 1);
    CHECK(bench.alarms() == 3);
    for (const rules::AlarmId alarm : {1, 2, 3}) CHECK(count(alarm) == 1);
    CHECK(bench.ids().empty());
  }
  SUBCASE("an alarm that was cleared meanwhile does not come back") {
    bench.record(R"({"host": "a", "check": "disk", "state": "ok"})", {.at = bench.now});
    bench.now += 24h * 30;
    bench.turn([](daemon::Core& core) { core.expire(); });
    know("bad, down, odd");
    CHECK(bench.retry("0-1").at("outcomes") == boost::json::parse(R"({"raised": 2})"));
    CHECK(bench.read("/api/v1/alarms?status=firing&resource=a").at("items").as_array().empty());
  }
  bench.check_books();
}

TEST_CASE("elements whose place in the message is not known are applied once too") {
  Letters bench;
  // Each alert is one text, and its place is lost where that had to be unescaped.
  const auto take = [&](const char* resource) {
    bench.reload_with(fmt::format(bus, "bus",
                                  std::string("{each: /lines, resource: ") + resource +
                                      ", type: {const: line}, status: {const: firing}}"));
  };
  take("''");
  bench.record(R"({"lines": ["a\u0062", "plain", {"host": "c\n"}, "d\t"]})");
  REQUIRE(bench.alarms() == 3);
  CHECK(bench.read(letters + "/0-1").at("taken") == 3);
  CHECK(bench.retry("0-1", 422).at("accepted") == 0);
  take("[/host, '']");
  CHECK(bench.retry("0-1").at("accepted") == 1);
  CHECK(bench.alarms() == 4);
  for (const rules::AlarmId alarm : {1, 2, 3, 4}) {
    CHECK(bench.core.correlator().find(alarm)->count == 1);
  }
  bench.check_books();
}

TEST_CASE("a letter that is not whole, or whose source is gone, is refused and stays") {
  Letters bench;
  SUBCASE("a long value") {
    bench.record("[" + std::string(limits::dead_letter_bytes_max, ' ') + "{]");
    const auto kept = bench.read(letters + "/0-1");
    CHECK(kept.at("cut") == true);
    CHECK(kept.at("value_bytes") == limits::dead_letter_bytes_max + 3);
    bench.mend();
    CHECK(says(bench.retry("0-1", 409), "only 65536 of the 65539 bytes"));
  }
  SUBCASE("a value that just fits") {
    std::string value = alert("db-1");
    value += std::string(limits::dead_letter_bytes_max - value.size(), ' ');
    bench.record(value);
    CHECK(bench.read(letters + "/0-1").at("cut") == false);
    bench.mend();
    CHECK(bench.retry("0-1").at("accepted") == 1);
    bench.record("{");  // so that there is one again
  }
  SUBCASE("a long key") {
    const std::string key(limits::dead_letter_text_bytes + 1, 'k');
    bench.record(alert("db-1"), {.key = key});
    bench.mend();
    CHECK(says(bench.retry("0-1", 409), "its key or its headers"));
  }
  SUBCASE("many headers") {
    const std::string value(limits::dead_letter_headers_bytes / 2, 'v');
    const std::vector<connectors::KafkaHeader> headers{{"a", value}, {"b", value}};
    bench.record(alert("db-1"), {.headers = headers});
    CHECK(bench.read(letters + "/0-1").at("headers").as_array().empty());
    bench.mend();
    CHECK(says(bench.retry("0-1", 409), "its key or its headers"));
  }
  SUBCASE("no such source any more") {
    bench.record(alert("db-1"));
    bench.reload_with(hooks("hooks"));
    CHECK(says(bench.retry("0-1", 409), "source 'bus' is no longer configured"));
    CHECK(bench.read(letters + "/0-1").at("source") == "bus");
  }
  SUBCASE("a source of another kind") {
    bench.record(alert("db-1"));
    bench.reload_with(hooks("bus"));
    CHECK(says(bench.retry("0-1", 409), "source 'bus' is of another kind now"));
  }
  CHECK(bench.ids().size() == 1);
  bench.check_books();
}

TEST_CASE("a small letter that would become more than a turn can hold is refused and stays") {
  Letters bench;
  std::string body = R"({"note":")" + std::string(40'000, 'n') + R"(","c":[1)";
  for (int i = 1; i < 400; ++i) body += ",1";
  bench.record(body + "]}");
  bench.reload_with(
      fmt::format(bus, "bus", "{each: /c, type: ^/note, resource: ^/note, key: ^/note}"));
  CHECK(says(bench.retry("0-1", 409),
             "one retry has no room for all that it states: retry it alone, or drop it"));
  CHECK(bench.ids().size() == 1);
  CHECK(bench.alarms() == 0);
  bench.check_books();
}
