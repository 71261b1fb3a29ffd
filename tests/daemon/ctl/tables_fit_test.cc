#include <doctest/doctest.h>
#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <sstream>

#include "daemon/ctl/pages/incident_page.h"
#include "daemon/ctl/pages/letter_page.h"
#include "daemon/ctl/pages/queue_table.h"
#include "daemon/ctl/pages/why_page.h"
#include "daemon/ctl/terminal/shown_text.h"

using namespace deskd::ctl;

namespace {

const TimeStyle at_eight{.now = *deskd::rules::parse_rfc3339("2026-11-22T08:00:00Z")};

boost::json::array array(std::string_view text) { return boost::json::parse(text).as_array(); }

std::string table_at(const Table& table, std::size_t width) {
  const std::string text = table.text({.width = width, .colours = false});
  std::istringstream stream{text};
  for (std::string line; std::getline(stream, line);) {
    CAPTURE(line);
    CHECK(display_width(line) <= width);
  }
  return text;
}

boost::json::array incidents() {
  return array(R"([
    {"id":"0-4711","priority":"P2","state":"in_progress","severity":"critical",
     "acknowledged_by":"anna","queue":"noc-network","person":"anna","firing":1,"alarm_count":12,
     "opened_at":"2026-11-22T07:56:00.000Z","title":"Link down on edge-7.fra.example.net"},
    {"id":"0-4712","priority":"P3","state":"new","severity":"warning","queue":"sre","firing":1,
     "alarm_count":1,"opened_at":"2026-11-20T07:56:00.000Z","title":"Disk full on db-1"}])");
}

}  // namespace

TEST_CASE("the list of incidents can be read on 80 columns, and shows more on 120") {
  const Table table = incident_table(incidents(), at_eight);
  CHECK(table_at(table, 80) ==
        "ID      PRI  STATE             QUEUE        PERSON  OPENED  TITLE\n"
        "0-4711  P2   in_progress +ack  noc-network  anna    4m ago  Link down on "
        "edge-7\xE2\x80\xA6\n"
        "0-4712  P3   new               sre                  2d ago  Disk full on db-1\n");
  CHECK(
      table_at(table, 120) ==
      "ID      PRI  STATE             SEVERITY  QUEUE        PERSON  FIRING  OPENED  TITLE\n"
      "0-4711  P2   in_progress +ack  critical  noc-network  anna      1/12  4m ago  Link down on "
      "edge-7.fra.example.net\n"
      "0-4712  P3   new               warning   sre                     1/1  2d ago  Disk full on "
      "db-1\n");
}

TEST_CASE("no width breaks the list of incidents, and what says which and what never goes") {
  const Table table = incident_table(incidents(), at_eight);
  for (std::size_t width = 64; width < 140; ++width) {
    CAPTURE(width);
    const std::string text = table_at(table, width);
    for (const char* part : {"0-4711", "P2", "in_progress +ack", "Disk full on db-1"}) {
      CHECK(text.find(part) != std::string::npos);
    }
  }
}

TEST_CASE("the queues can be read on 80 columns, and show more on 120") {
  const auto queues = array(R"([
    {"name":"noc-network","team":"NOC","tier":1,"catch_all":false,"backlog":{"P1":1,"P2":0,"P3":2},
     "unacknowledged":2,"states":{"new":1,"assigned":1,"in_progress":1,"pending":0},
     "oldest_at":"2026-11-22T07:56:00.000Z"},
    {"name":"triage","team":null,"tier":null,"catch_all":true,"backlog":{},"unacknowledged":0,
     "states":{"new":0,"assigned":0,"in_progress":0,"pending":0},"oldest_at":null}])");
  const Table table = queue_table(queues, at_eight);
  CHECK(table_at(table, 80) ==
        "QUEUE        BACKLOG        UNACKED  NEW  ASSIGNED  IN PROGRESS  PENDING  OLDEST\n"
        "noc-network  3: P1 1, P3 2        2    1         1            1        0  4m ago\n"
        "triage       0                    0    0         0            0        0\n");
  CHECK(table_at(table, 120) ==
        "QUEUE        TEAM  TIER  BACKLOG        UNACKED  NEW  ASSIGNED  IN PROGRESS  PENDING  "
        "OLDEST\n"
        "noc-network  NOC      1  3: P1 1, P3 2        2    1         1            1        0  "
        "4m ago\n"
        "triage                   0                    0    0         0            0        0"
        "          catch-all\n");
}

TEST_CASE("why: each decision with its rule, where it stood, and where it stands today") {
  const auto incident = boost::json::parse(R"json({
    "id":"0-4711","title":"Link down on edge-7","pinned":["priority"],
    "verdict":{
      "queue":{"value":"noc-network","rule":"uplink-down","file":"rules.d/50.yaml","line":31},
      "class":{"value":"network.link","rule":"links","file":"rules.d/50.yaml","line":8},
      "runbook":{"value":"https://wiki/x","rule":"old","file":"rules.d/50.yaml","line":90},
      "priority":{"value":"P4","rule":null,"file":null,"line":null}},
    "timeline":[
      {"at":"2026-11-22T07:56:00.000Z","actor":"rule:uplink-down","action":"opened","text":"by 0-9"},
      {"at":"2026-11-22T07:57:00.000Z","actor":"anna (claimed)","action":"ack","text":"rule:x"}]
})json");
  const auto rules = array(R"([{"name":"uplink-down","file":"rules.d/50.yaml","line":31},
                               {"name":"links","file":"rules.d/20.yaml","line":4}])");
  const auto reasons = reasons_of(incident, rules);
  Session session;
  session.options.utc = true;
  CHECK(why_page(reasons, session) ==
        "0-4711  Link down on edge-7\n"
        "\n"
        "Decided by\n"
        "DECISION  VALUE           RULE         WHERE               TODAY\n"
        "queue     noc-network     uplink-down  rules.d/50.yaml:31  the same\n"
        "class     network.link    links        rules.d/50.yaml:8   rules.d/20.yaml:4\n"
        "runbook   https://wiki/x  old          rules.d/50.yaml:90  gone\n"
        "priority  P4              (default)\n"
        "\n"
        "A person stated: priority. Rules leave it as it is.\n"
        "\n"
        "What rules did\n"
        "WHEN                      WHO               WHAT    TEXT\n"
        "2026-11-22T07:56:00.000Z  rule:uplink-down  opened  by 0-9\n");
  const auto& runbook = reasons.at("verdict").at("runbook").as_object();
  CHECK(runbook.at("today").is_null());
  CHECK(reasons.at("verdict").at("class").at("today").at("line") == 4);
}

TEST_CASE("why of any other JSON is short, not a crash") {
  for (const char* odd : {"null", "[]", "7", R"({"verdict":[],"timeline":[null,1]})",
                          R"({"verdict":{"queue":7,"class":{"rule":[]}},"pinned":[{}]})"}) {
    CAPTURE(odd);
    const auto value = boost::json::parse(odd);
    CHECK_NOTHROW((void)why_page(reasons_of(value, array("[null,7,{}]")), Session{}));
    CHECK_NOTHROW((void)incident_table(boost::json::array{value}, {}).text({}));
    CHECK_NOTHROW((void)queue_table(boost::json::array{value}, {}).text({}));
  }
}

TEST_CASE("the list of dead letters can be read on 80 columns, and shows more on 120") {
  const Table table = letter_table(array(R"([
    {"id":"0-12","source":"bus","topic":"alerts","partition":3,"offset":4711,
     "at":"2026-11-22T07:56:00.000Z","key":"edge-7","value_bytes":311,"cut":false,
     "reason":"/host: a text is missing, which this mapping needs"},
    {"id":"0-11","source":"bus","topic":"alerts","partition":0,"offset":9,
     "at":"2026-11-20T07:56:00.000Z","key":null,"key_base64":"/w==","value_bytes":70000,"cut":true,
     "reason":"not JSON at line 1, column 2: \u001b[31m"}])"),
                                   at_eight);
  CHECK(table_at(table, 80) ==
        "ID    SOURCE  POSITION        WRITTEN  KEY          BYTES  REASON\n"
        "0-12  bus     alerts[3]@4711  4m ago   edge-7         311  /host: a text is "
        "mis\xE2\x80\xA6\n"
        "0-11  bus     alerts[0]@9     2d ago   base64 /w==  70000  not JSON at line "
        "1, \xE2\x80\xA6\n");
  CHECK(
      table_at(table, 120) ==
      "ID    SOURCE  POSITION        WRITTEN  KEY          BYTES  REASON\n"
      "0-12  bus     alerts[3]@4711  4m ago   edge-7         311  /host: a text is missing, which "
      "this mapping needs\n"
      "0-11  bus     alerts[0]@9     2d ago   base64 /w==  70000  not JSON at line 1, column 2: "
      "\xEF\xBF\xBD[31m\n");
}
