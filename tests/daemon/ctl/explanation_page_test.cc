#include "daemon/ctl/pages/explanation_page.h"

#include <doctest/doctest.h>

#include <boost/json/parse.hpp>
#include <string>

using namespace deskd::ctl;

namespace {

constexpr const char* explained = R"({
  "source": "hooks", "format": "generic", "left_out": 3, "malformed_count": 1,
  "alerts": [{
    "index": 1,
    "alert": {"status": "firing", "severity": "major", "type": "linkDown", "resource": "edge-7",
              "labels": {"site": "fra"}, "annotations": {}, "summary": "x\u001b[2Jy"},
    "verdict": {"queue": {"value": "noc", "rule": "links", "file": "50.yaml", "line": 31},
                "priority": {"value": "P4", "rule": null, "file": null, "line": null}},
    "rules": [{"rule": "uplink", "file": "50.yaml", "line": 4, "matched": false, "reached": true,
               "ended_by": null,
               "failed": {"path": "when.any[0].labels.role", "file": "50.yaml", "line": 9,
                          "field": "labels.role", "wanted": "core", "value": null},
               "alternatives": [{"path": "when.any[1].labels.speed.ge", "file": "50.yaml",
                                 "line": 10, "field": "labels.speed", "wanted": "ge 10000",
                                 "value": "100"}],
               "decisions": []},
              {"rule": "links", "file": "50.yaml", "line": 31, "matched": true, "reached": true,
               "ended_by": null, "failed": null, "alternatives": [],
               "decisions": [{"decision": "queue", "fate": "taken", "value": "noc", "by": null,
                              "why": null},
                             {"decision": "class", "fate": "stated_before", "value": null,
                              "by": "uplink", "why": null},
                             {"decision": "title", "fate": "unstated", "value": null, "by": null,
                              "why": "summary is missing"}]},
              {"rule": "last", "file": "50.yaml", "line": 40, "matched": false, "reached": false,
               "ended_by": "links", "failed": null, "alternatives": [], "decisions": []}],
    "rules_failed": 1, "rules_not_reached": 2,
    "follows": {"outcome": "raised", "text": "It raises a new alarm."}}],
  "malformed": [{"index": 0, "pointer": "/0/labels", "detail": "an object expected"}]})";

std::string page(const std::string& json) {
  const Session session;
  return explanation_page(boost::json::parse(json), session);
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("an explanation is a page that says who decided what, and why not") {
  const std::string text = page(explained);
  for (const char* part :
       {"Alert 1\n", "edge-7", "site=fra", "noc", "50.yaml:31", "P4",
        "uplink  did not match  50.yaml:4\n",
        "  when.any[0].labels.role (50.yaml:9): wanted core, labels.role is missing\n",
        "  or when.any[1].labels.speed.ge (50.yaml:10): wanted ge 10000, labels.speed is 100\n",
        "taken: noc\n", "rule uplink above had taken it\n", "not stated: summary is missing\n",
        "it was not read: rule links ended the reading\n",
        "(1 rule did not match, 2 were not read)", "raised. It raises a new alarm.\n",
        "3 more alerts", "alert 0  /0/labels: an object expected\n"}) {
    CAPTURE(part);
    CHECK(holds(text, part));
  }
  CHECK_FALSE(holds(text, "\x1b"));
}

TEST_CASE("without a daemon the page says where to ask what would follow") {
  const std::string text = page(R"({"alerts": [{"index": 0, "follows": null}]})");
  CHECK(holds(text, "depends on what fires now; ask a running deskd"));
}

TEST_CASE("an answer of another shape does no harm") {
  for (const char* answer : {"null", "[]", "{}", R"({"alerts": 5})", R"({"alerts": [null, 7]})",
                             R"({"alerts": [{"rules": [5], "verdict": [1]}], "malformed": {}})"}) {
    CAPTURE(answer);
    CHECK_FALSE(page(answer).empty());
  }
}
