#include "daemon/ctl/json_view.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <boost/json/parse.hpp>

#include "daemon/ctl/pages/alarm_page.h"
#include "daemon/ctl/pages/incident_page.h"
#include "daemon/ctl/pages/recent_alerts.h"

using namespace deskd::ctl;

namespace {

boost::json::value json(std::string_view text) { return boost::json::parse(text); }

const char* const link_down = R"({
  "id": "0-4711", "version": 7, "title": "Link down on edge-7", "state": "in_progress",
  "class": "network.link", "severity": "major", "impact": "high", "urgency": null,
  "priority": "P2", "queue": "noc-network", "person": null, "acknowledged_by": "anna",
  "runbook": null, "opened_at": "2026-11-22T08:00:00.120Z", "updated_at": null,
  "acknowledged_at": "2026-11-22T08:01:00.000Z", "resolved_at": null, "closed_at": null,
  "alarm_count": 2, "firing": 1, "alert_count": 31,
  "alarms": [{"id": "0-9", "identity": [["resource", "edge-7"], ["qualifier", null]],
     "status": "firing", "severity": "major", "resource": "edge-7", "type": "linkDown",
     "qualifier": null, "summary": "gone", "labels": {"site": "fra"}, "annotations": {},
     "count": 30, "origins": [{"source": "traps", "sender": "10.0.0.7", "key": null,
     "status": "firing", "severity": "major"}], "raised_at": "2026-11-22T08:00:00.120Z",
     "last_at": "2026-11-22T08:00:00.120Z", "cleared_at": null, "incident": "0-4711"}],
  "timeline": [{"at": "2026-11-22T08:00:00.120Z", "actor": "rule:uplink-down",
     "action": "opened", "text": "by 0-9"}],
  "verdict": {"queue": {"value": "noc-network", "rule": "uplink-down",
     "file": "rules.d/50-network.yaml", "line": 31}, "priority": {"value": "P2"}}})";

Session exact_times() {
  Session session;
  session.options.utc = true;
  return session;
}

bool shows(const std::string& page, std::string_view part) {
  if (page.find(part) != page.npos) return true;
  MESSAGE(page);
  return false;
}

}  // namespace

TEST_CASE("what is missing or of another type is empty, never an error") {
  const auto value = json(R"({"text":"a","whole":12,"yes":true,"none":null,"list":[1],"map":{}})");
  CHECK(text_at(value, "text") == "a");
  CHECK(text_at(value, "whole") == "12");
  CHECK(text_at(value, "yes") == "true");
  for (const char* name : {"none", "list", "map", "missing"}) CHECK(text_at(value, name) == "");
  CHECK(list_at(value, "list").size() == 1);
  CHECK(list_at(value, "map").empty());
  CHECK(text_at(json("[]"), "text") == "");
  CHECK(pairs(json(R"({"a":1,"b":"x"})")) == "a=1, b=x");
}

TEST_CASE("the page of an incident shows what happened, who decided, and why") {
  const std::string page = incident_page(json(link_down), exact_times());
  CHECK(shows(page, "0-4711  Link down on edge-7\n"));
  CHECK(shows(page, "priority      P2 (impact high, urgency not stated)\n"));
  CHECK(shows(page, "acknowledged  2026-11-22T08:01:00.000Z by anna\n"));
  CHECK(shows(page, "alarms        1 firing of 2, 31 alerts\n"));
  CHECK(page.find("person") == page.npos);
  CHECK(shows(page, "queue     noc-network  uplink-down  rules.d/50-network.yaml:31\n"));
  CHECK(shows(page, "2026-11-22T08:00:00.120Z  rule:uplink-down  opened  by 0-9\n"));
  CHECK(shows(page, "0-9  firing  major        30"));
}

TEST_CASE("an incident in one line says what an action made of it") {
  struct Row {
    const char* name;
    const char* members;
    const char* line;
  };
  const Row rows[] = {
      {"new", R"("state":"new")", "0-4711  new  P2  sre  Disk full\n"},
      {"assigned", R"("state":"assigned","person":"anna")",
       "0-4711  assigned to anna  P2  sre  Disk full\n"},
      {"being worked on", R"("state":"in_progress","person":"ben","acknowledged_by":"anna")",
       "0-4711  in progress with ben, acknowledged by anna  P2  sre  Disk full\n"},
      {"waiting", R"("state":"pending","person":"ben","pending_until":"2026-11-22T10:00:00.000Z")",
       "0-4711  pending with ben, wakes 2026-11-22T10:00:00.000Z  P2  sre  Disk full\n"},
      {"resolved", R"("state":"resolved","person":"ben")",
       "0-4711  resolved  P2  sre  Disk full\n"},
      {"of a later server", R"("state":"merged")", "0-4711  merged  P2  sre  Disk full\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto incident = json(fmt::format(
        R"({{"id":"0-4711","priority":"P2","queue":"sre","title":"Disk full",{}}})", row.members));
    CHECK(incident_line(incident, exact_times()) == row.line);
  }
  CHECK(result_line(json(R"({"id":"0-1","status":200,"state":"resolved"})"), {}) ==
        "0-1  resolved\n");
}

TEST_CASE("the page of an alarm shows its identity and who says that it fires") {
  const auto incident = json(link_down);
  const std::string page = alarm_page(list_at(incident, "alarms")[0], exact_times());
  CHECK(shows(page, "identity       resource=edge-7, qualifier=null\n"));
  CHECK(shows(page, "labels         site=fra\n"));
  CHECK(shows(page, "traps   10.0.0.7       firing  major\n"));
}

TEST_CASE("pages of any other JSON are empty, not a crash") {
  for (const char* odd : {"null", "[]", "7", R"({"alarms":{},"verdict":[],"timeline":[null,1]})",
                          R"({"alarms":[1],"verdict":{"queue":7}})",
                          R"({"identity":[["a"],"b",[1,2,3]],"origins":[null]})"}) {
    CAPTURE(odd);
    CHECK_NOTHROW((void)incident_page(json(odd), exact_times()));
    CHECK_NOTHROW((void)alarm_page(json(odd), exact_times()));
    CHECK_NOTHROW((void)incident_line(json(odd), exact_times()));
    CHECK_NOTHROW((void)alert_table(boost::json::array{json(odd)}, {}).text({}));
  }
}
