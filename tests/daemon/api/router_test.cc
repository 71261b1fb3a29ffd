#include "daemon/api/router.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "daemon/api/person.h"

using namespace deskd;
using api::Call;
using api::Router;

namespace {

connectors::HttpAnswer route(const Router& router, std::string method, std::string path) {
  connectors::HttpAnswer given;
  connectors::HttpRequest request;
  request.method = std::move(method);
  request.path = std::move(path);
  router.route(std::move(request),
               [&](connectors::HttpAnswer answer) { given = std::move(answer); });
  return given;
}

Router sample() {
  Router router([](const connectors::HttpRequest&, daemon::Role) { return desk::Actor{}; });
  const auto say = [](std::string what) {
    return [what](Call call) {
      std::string body = what;
      for (const auto& name : call.names) body += " " + name;
      call.respond({200, "text/plain", body, {}});
    };
  };
  router.add("GET", "/", daemon::Role::nobody, say("front"));
  router.add("GET", "/api/v1/incidents", daemon::Role::nobody, say("list"));
  router.add("GET", "/api/v1/incidents/{id}", daemon::Role::nobody, say("detail"));
  router.add("DELETE", "/api/v1/incidents/{id}", daemon::Role::nobody, say("delete"));
  router.add("POST", "/api/v1/incidents/{id}/{action}", daemon::Role::nobody, say("act"));
  return router;
}

}  // namespace

TEST_CASE("requests find their function by method and path") {
  const Router router = sample();
  struct Row {
    const char* method;
    const char* path;
    int status;
    const char* body;
  };
  const std::vector<Row> rows{
      {"GET", "/", 200, "front"},
      {"GET", "/api/v1/incidents", 200, "list"},
      {"GET", "/api/v1/incidents/0-1", 200, "detail 0-1"},
      {"POST", "/api/v1/incidents/0-1/ack", 200, "act 0-1 ack"},
      {"GET", "/api/v1/incidents/a b", 200, "detail a b"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.path);
    const auto answer = route(router, row.method, row.path);
    CHECK(answer.status == row.status);
    CHECK(answer.body == row.body);
  }
}

TEST_CASE("where nothing is, the nearest path is named") {
  const Router router = sample();
  const auto answer = route(router, "GET", "/api/v1/incident");
  CHECK(answer.status == 404);
  CHECK(answer.body.find("nearest: '/api/v1/incidents'") != std::string::npos);
  for (const char* path : {"/api/v1/incidents/", "//", "/api/v1/incidents//ack", "/nowhere"}) {
    CAPTURE(path);
    CHECK(route(router, "GET", path).status == 404);
  }
}

TEST_CASE("a method that a path does not take is told which it takes") {
  const Router router = sample();
  const auto answer = route(router, "PUT", "/api/v1/incidents/0-1");
  CHECK(answer.status == 405);
  REQUIRE(answer.headers.size() == 1);
  CHECK(answer.headers[0].first == "Allow");
  CHECK(answer.headers[0].second == "GET, DELETE");
}

TEST_CASE("what is written out is no name, whatever the method") {
  Router router = sample();
  router.add("POST", "/api/v1/incidents/actions", daemon::Role::nobody,
             [](Call call) { call.respond({200, "text/plain", "many", {}}); });
  CHECK(route(router, "POST", "/api/v1/incidents/actions").body == "many");
  const auto answer = route(router, "GET", "/api/v1/incidents/actions");
  CHECK(answer.status == 405);
  CHECK(answer.headers.at(0) == std::pair<std::string, std::string>("Allow", "POST"));
  CHECK(route(router, "GET", "/api/v1/incidents/action").body == "detail action");
}

TEST_CASE("only pages of this very address may act") {
  struct Row {
    const char* origin;
    const char* host;
    bool is_cross_site;
  };
  const std::vector<Row> rows{
      {"", "desk:9480", false},
      {"http://desk:9480", "desk:9480", false},
      {"https://desk:9480", "desk:9480", false},
      {"http://desk", "desk:9480", true},
      {"http://evil.example", "desk:9480", true},
      {"null", "desk:9480", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.origin);
    connectors::HttpRequest request;
    request.headers = {{"host", row.host}};
    if (*row.origin != '\0') request.headers.emplace_back("origin", row.origin);
    CHECK(api::is_cross_site(request) == row.is_cross_site);
  }
}
