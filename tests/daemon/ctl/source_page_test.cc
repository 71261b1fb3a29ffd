#include "daemon/ctl/pages/source_page.h"

#include <doctest/doctest.h>

#include <boost/json/parse.hpp>
#include <sstream>
#include <string>

#include "daemon/ctl/terminal/shown_text.h"

using namespace deskd::ctl;

namespace {

const TimeStyle at_eight{.now = *deskd::rules::parse_rfc3339("2026-11-22T08:00:00Z")};

boost::json::array sources() {
  return boost::json::parse(R"json([
    {"name": "hooks", "kind": "webhook", "format": "generic", "state": "listening", "detail": null,
     "facts": [{"name": "path", "value": "/in/hooks"}], "lag": null, "dropped": null,
     "received": 12, "in_flight": 0, "outcomes": {"malformed": 0, "raised": 2, "merged": 10},
     "last_alert_at": "2026-11-22T07:56:00.000Z", "requests_refused": {}, "refusals": []},
    {"name": "traps", "kind": "snmp", "format": null, "state": "listening", "detail": null,
     "facts": [{"name": "engine_id", "value": "0x80001f8804"}, {"name": "spare", "value": "0"}],
     "lag": null, "dropped": {"kernel": 5, "quota": 0, "wrong_community": 2},
     "received": 7, "in_flight": 0, "outcomes": {"raised": 7},
     "last_alert_at": null, "severity_unknown": 0, "requests_refused": {},
     "lane": {"alerts": 0, "bytes": 0, "bytes_max": 67108864},
     "refusals": [
       {"sender": "10.0.0.7", "user": "noc", "reason": "wrong_digest", "detail": "not that of noc",
        "count": 3, "at": "2026-11-22T07:59:00.000Z"},
       {"sender": "10.0.0.8", "user": null, "reason": "wrong_community", "detail": "sec\u202eret",
        "count": 1, "at": "2026-11-22T07:58:00.000Z"}]},
    {"name": "bus", "kind": "kafka", "format": "generic", "state": "broker away",
     "detail": "127.0.0.1:9092: connection refused", "facts": [{"name": "faults", "value": "9"}],
     "lag": {"records": 41, "partitions": 3, "unknown": 1, "by_partition": [
       {"topic": "alerts", "partition": 1, "next": null, "lag": null},
       {"topic": "alerts", "partition": 0, "next": 17, "lag": 41}]},
     "dropped": null, "received": 0, "in_flight": 0, "outcomes": {"raised": 0},
     "last_alert_at": null, "requests_refused": {}, "refusals": []}])json")
      .as_array();
}

std::string table_at(std::size_t width) {
  const std::string text =
      source_table(troubled_first(sources()), at_eight).text({.width = width, .colours = false});
  std::istringstream stream{text};
  for (std::string line; std::getline(stream, line);) {
    CAPTURE(line);
    CHECK(display_width(line) <= width);
  }
  return text;
}

}  // namespace

TEST_CASE("sources can be read on 80 columns, those in trouble first") {
  CHECK(table_at(80) ==
        "SOURCE  KIND             STATE        RECEIVED  LAG  DROPPED  LAST ALERT\n"
        "bus     kafka generic    broker away         0  41+\n"
        "hooks   webhook generic  listening          12                4m ago\n"
        "traps   snmp             listening           7             7\n");
  CHECK(table_at(120).find("IN FLIGHT") != std::string::npos);
  CHECK(table_at(60).find("KIND") == std::string::npos);
}

TEST_CASE("the page of all sources begins with what is wrong, and ends with refusals") {
  Session session;
  session.options.utc = true;
  const std::string page = sources_page(sources(), session);
  CHECK(
      page.starts_with("IN TROUBLE  STATE        WHY\n"
                       "bus         broker away  127.0.0.1:9092: connection refused\n\n"
                       "SOURCE  KIND"));
  for (const char* part :
       {"\nhooks   raised=2, merged=10\n", "\ntraps   kernel=5, wrong_community=2\n",
        "\ntraps   engine_id=0x80001f8804\n", "\nhooks   path=/in/hooks\n",
        "\nbus     faults=9\n"}) {
    CAPTURE(part);
    CHECK(page.find(part) != std::string::npos);
  }
  CHECK(page.ends_with(
      "\nLast refusals\n"
      "SOURCE  WHEN                      COUNT  SENDER    USER  REASON           DETAIL\n"
      "traps   2026-11-22T07:59:00.000Z      3  10.0.0.7  noc   wrong_digest     not that of noc\n"
      "traps   2026-11-22T07:58:00.000Z      1  10.0.0.8        wrong_community  "
      "sec\xEF\xBF\xBDret\n"));
}

TEST_CASE("with nothing wrong the page begins with the table") {
  auto all = sources();
  all.pop_back();
  CHECK(sources_page(all, Session{}).starts_with("SOURCE "));
}

TEST_CASE("of many refusals the newest ten are shown at a glance, and all on the source's page") {
  auto all = sources();
  auto& refusals = all[1].as_object()["refusals"].as_array();
  const boost::json::value refusal = refusals[0];
  refusals = boost::json::array(25, refusal);
  const std::string glance = sources_page(all, Session{});
  CHECK(glance.ends_with("and 15 before: deskctl sources NAME\n"));
  std::size_t lines = 0;
  std::istringstream stream{source_page(all[1], Session{})};
  for (std::string line; std::getline(stream, line);)
    lines += line.find("wrong_digest") != line.npos;
  CHECK(lines == 25);
}

TEST_CASE("one source whole") {
  Session session;
  session.options.utc = true;
  const auto all = sources();
  const std::string bus = source_page(all[2], session);
  CHECK(bus.starts_with("bus\n\n"));
  for (const char* part : {"broker away", "127.0.0.1:9092: connection refused", "41+", "faults",
                           "\nPartitions\nTOPIC   PARTITION  NEXT OFFSET      LAG\n"
                           "alerts          1               unknown\n"
                           "alerts          0           17       41\n"
                           "and 1 more, none further behind\n"}) {
    CAPTURE(part);
    CHECK(bus.find(part) != std::string::npos);
  }
  const std::string traps = source_page(all[1], session);
  for (const char* part : {"0x80001f8804", "spare", "kernel=5, wrong_community=2", "10.0.0.8",
                           "0 alerts, 0 of 67108864 bytes"}) {
    CAPTURE(part);
    CHECK(traps.find(part) != std::string::npos);
  }
  CHECK(traps.find("Partitions") == std::string::npos);
}

TEST_CASE("sources of any other JSON are short, not a crash") {
  for (const char* odd :
       {"null", "[]", "7", R"({"facts":[7,{"name":[]}],"lag":{"by_partition":[null,1],"unknown":-1},
                              "dropped":[],"refusals":[null,{"at":7}],"detail":{}})"}) {
    CAPTURE(odd);
    boost::json::array only;
    only.push_back(boost::json::parse(odd));
    CHECK_NOTHROW((void)sources_page(only, Session{}));
    CHECK_NOTHROW((void)source_page(only[0], Session{}));
  }
}
