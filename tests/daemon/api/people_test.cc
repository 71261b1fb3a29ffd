// Who may what over HTTP: tokens, roles, and what is told to those who may not.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <boost/json/parse.hpp>

#include "config/limits.h"
#include "daemon/api/person.h"
#include "daemon/api/router.h"
#include "tests/daemon/api/bench.h"

using namespace deskd;
using daemon::Role;
using test::Bench;
using test::Headers;

namespace {

constexpr const char* anna = "0123456789abcdef-anna";
constexpr const char* ben = "0123456789abcdef-ben";
constexpr const char* carl = "0123456789abcdef-carl";

Headers bearer(const std::string& token) { return {{"authorization", "Bearer " + token}}; }

daemon::People people() {
  daemon::People people;
  people.tokens.push_back({"anna", Role::desk_operator, config::Secret(anna)});
  people.tokens.push_back({"ben", Role::viewer, config::Secret(ben)});
  people.tokens.push_back({"carl", Role::admin, config::Secret(carl)});
  return people;
}

/// A bench whose people have tokens.
struct Guarded : Bench {
  Guarded() { setup->people = people(); }
  std::uint64_t refused(const std::string& reason) {
    const std::string series = "desk_api_refused_total{reason=\"" + reason + "\"} ";
    const auto page = get("/metrics", bearer(ben)).body;
    const auto at = page.find(series);
    REQUIRE(at != std::string::npos);
    return std::stoull(page.substr(at + series.size()));
  }
};

std::string header(const connectors::HttpAnswer& answer, std::string_view name) {
  for (const auto& [key, value] : answer.headers) {
    if (key == name) return value;
  }
  return {};
}

connectors::HttpRequest request_with(Headers headers) {
  connectors::HttpRequest request;
  request.headers = std::move(headers);
  return request;
}

}  // namespace

TEST_CASE("a role may what the roles before it may") {
  const struct {
    const char* token;
    Role role;
  } tokens[] = {{ben, Role::viewer}, {anna, Role::desk_operator}, {carl, Role::admin}};
  for (const auto& [token, role] : tokens) {
    for (const Role needed : {Role::nobody, Role::viewer, Role::desk_operator, Role::admin}) {
      CAPTURE(token);
      CAPTURE(static_cast<int>(needed));
      const auto actor = api::admit(request_with(bearer(token)), needed, people());
      CHECK(actor.has_value() == (needed <= role));
      if (!actor) CHECK(actor.error().status == 403);
      if (actor && needed != Role::nobody) CHECK(actor->kind == desk::Actor::Kind::person);
    }
  }
}

TEST_CASE("how a token is presented") {
  struct Row {
    const char* name;
    Headers headers;
    int status;  // 200: admitted
    const char* challenge;
  };
  const std::string plain = R"(Bearer realm="deskd")";
  const std::string bad = R"(Bearer realm="deskd", error="invalid_token")";
  const std::string token = anna;
  const std::vector<Row> rows{
      {"as RFC 6750 has it", {{"authorization", "Bearer " + token}}, 200, ""},
      {"the scheme in any case", {{"authorization", "bEARER " + token}}, 200, ""},
      {"several spaces", {{"authorization", "Bearer   " + token}}, 200, ""},
      {"beside other headers",
       {{"x-desk-actor", "ben"}, {"authorization", "Bearer " + token}},
       200,
       ""},
      {"nothing", {}, 401, plain.c_str()},
      {"an empty header", {{"authorization", ""}}, 401, plain.c_str()},
      {"another scheme", {{"authorization", "Basic YTpi"}}, 401, plain.c_str()},
      {"no scheme", {{"authorization", token}}, 401, plain.c_str()},
      {"a scheme that only begins so", {{"authorization", "Bearers " + token}}, 401, plain.c_str()},
      {"the scheme alone", {{"authorization", "Bearer"}}, 401, bad.c_str()},
      {"the scheme and a space", {{"authorization", "Bearer "}}, 401, bad.c_str()},
      {"a wrong token", {{"authorization", "Bearer x" + token}}, 401, bad.c_str()},
      {"a token and more", {{"authorization", "Bearer " + token + " x"}}, 401, bad.c_str()},
      {"part of a token", {{"authorization", "Bearer " + token.substr(1)}}, 401, bad.c_str()},
      {"an over-long one",
       {{"authorization", "Bearer " + std::string(limits::token_bytes_max + 1, 'x')}},
       401,
       bad.c_str()},
      {"two headers",
       {{"authorization", "Bearer " + token}, {"authorization", "Bearer " + token}},
       400,
       R"(Bearer realm="deskd", error="invalid_request")"},
      {"in the query's place", {{"access_token", token}}, 401, plain.c_str()},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto actor = api::admit(request_with(row.headers), Role::viewer, people());
    CHECK(actor.has_value() == (row.status == 200));
    if (actor) {
      CHECK(actor->name == "anna");
    } else {
      CHECK(actor.error().status == row.status);
      CHECK(header(actor.error(), "WWW-Authenticate") == row.challenge);
      CHECK(actor.error().body.find("0123456789") == std::string::npos);
    }
  }
}

TEST_CASE("who may not is told which role it takes") {
  Guarded bench;
  const auto answer = bench.post("/api/v1/reload", "", bearer(anna));
  CHECK(answer.status == 403);
  CHECK(answer.content_type == "application/problem+json");
  CHECK(boost::json::parse(answer.body).at("detail").as_string() ==
        "anna has the role operator, and this needs the role admin");
  CHECK(header(answer, "WWW-Authenticate") ==
        R"(Bearer realm="deskd", error="insufficient_scope")");
}

TEST_CASE("without tokens everybody may all, by a name that is only claimed") {
  const daemon::People nobody;
  const auto actor = api::admit(request_with({{"x-desk-actor", "anna"}}), Role::admin, nobody);
  REQUIRE(actor);
  CHECK(desk::text(*actor) == "anna (claimed)");
  CHECK(api::admit(request_with({{"x-desk-actor", "a\tb"}}), Role::viewer, nobody).error().status ==
        400);
}

TEST_CASE("every route asks for the role it should") {
  Guarded bench;
  for (const char* open : {"/", "/healthz", "/readyz", "/-/healthy", "/-/ready"}) {
    CAPTURE(open);
    CHECK(bench.get(open).status == 200);
  }
  for (const char* read :
       {"/metrics", "/api/v1/incidents", "/api/v1/incidents/0-1", "/api/v1/alarms",
        "/api/v1/alarms/0-1", "/api/v1/alerts", "/api/v1/queues", "/api/v1/rules",
        "/api/v1/sources", "/api/v2/alerts", "/api/v2/status", "/api/v2/receivers"}) {
    CAPTURE(read);
    CHECK(bench.get(read).status == 401);
    const auto status = bench.get(read, bearer(ben)).status;
    CHECK((status == 200 || status == 404));
  }
  for (const char* act : {"/api/v1/incidents/0-1/ack", "/api/v1/alarms/0-1/clear"}) {
    CAPTURE(act);
    CHECK(bench.post(act, "").status == 401);
    CHECK(bench.post(act, "", bearer(ben)).status == 403);
    CHECK(bench.post(act, "", bearer(anna)).status == 404);
  }
  CHECK(bench.post("/api/v1/reload", "", bearer(anna)).status == 403);
  CHECK(bench.post("/api/v1/reload", "", bearer(carl)).status != 403);
  CHECK(bench.post("/in/hooks", test::check("db-1", "disk", "critical")).status == 202);
}

TEST_CASE("no route is open that nobody thought of") {
  Guarded bench;
  const std::vector<std::string> open{
      "/",        "/healthz",      "/readyz",      "/-/healthy",
      "/-/ready", "/openapi.yaml", "/in/{source}", "/api/v2/alerts"};
  for (const auto& route : bench.router().entries()) {
    CAPTURE(route.path);
    const bool is_open = std::ranges::find(open, route.path) != open.end();
    if (route.needed == Role::nobody) CHECK(is_open);
    if (route.path == "/api/v1/reload") CHECK(route.needed == Role::admin);
  }
}

TEST_CASE("the one with the token acts, whatever the headers claim") {
  Guarded bench;
  bench.send(test::check("db-1", "disk", "critical"));
  Headers headers = bearer(anna);
  headers.emplace_back("x-desk-actor", "carl");
  const auto answer = bench.post("/api/v1/incidents/0-1/ack", "", headers);
  REQUIRE(answer.status == 200);
  const auto incident = boost::json::parse(answer.body);
  CHECK(incident.at("acknowledged_by").as_string() == "anna");
  CHECK(incident.at("timeline").as_array().back().at("actor").as_string() == "anna");
}

TEST_CASE("requests turned away are counted by reason") {
  Guarded bench;
  CHECK(bench.refused("unauthorized") == 0);
  bench.get("/api/v1/incidents");
  bench.get("/api/v1/incidents", bearer("nobody-s-token-000"));
  bench.post("/api/v1/reload", "", bearer(ben));
  CHECK(bench.refused("unauthorized") == 2);
  CHECK(bench.refused("forbidden") == 1);
}

TEST_CASE("a flood of requests turned away is one line, until there was a quiet time") {
  Bench bench;
  using Refused = daemon::Metrics::Refused;
  auto now = bench.now;
  CHECK(bench.metrics.refused(Refused::unauthorized, now));
  for (int i = 0; i < 10'000; ++i) {
    now += limits::refusals_quiet / 100;
    CHECK_FALSE(bench.metrics.refused(Refused::unauthorized, now));
  }
  CHECK(bench.metrics.refused(Refused::forbidden, now));
  CHECK(bench.metrics.refused(Refused::unauthorized, now + limits::refusals_quiet));
}

TEST_CASE("which hosts are this machine, whoever owns the names") {
  const std::pair<const char*, bool> rows[] = {
      {"", true},
      {"localhost", true},
      {"LocalHost:9480", true},
      {"127.0.0.1", true},
      {"127.0.0.1:9480", true},
      {"10.1.2.3:9480", true},
      {"[::1]", true},
      {"[::1]:9480", true},
      {"desk.example:9480", false},
      {"localhost.evil.example", false},
      {"127.0.0.1.evil.example", false},
      {"evil.example:127.0.0.1", false},
      {"[evil.example]", false},
      {"[::1", false},
      {"[::1].evil.example", false},
      {"[::1]evil.example:9480", false},
      {"[", false},
      {":9480", false},
  };
  for (const auto& [host, is_here] : rows) {
    CAPTURE(host);
    CHECK(api::is_to_this_machine(request_with({{"host", host}})) == is_here);
  }
}

TEST_CASE("without tokens a page whose name was turned to this machine learns and does nothing") {
  Bench bench;
  const Headers page{{"host", "evil.example:9480"}};
  const Headers posting{{"host", "evil.example:9480"}, {"origin", "http://evil.example:9480"}};
  const std::string alert = test::check("db-1", "disk", "critical");
  CHECK(bench.get("/api/v1/alarms", page).status == 403);
  CHECK(bench.get("/metrics", page).status == 403);
  CHECK(bench.post("/api/v1/incidents", R"({"title":"x"})", posting).status == 403);
  CHECK(bench.post("/api/v1/reload", "", page).status == 403);
  CHECK(bench.post("/in/hooks", alert, posting).status == 403);
  CHECK(bench.get("/healthz", page).status == 200);
  CHECK(bench.post("/in/hooks", alert, {{"host", "deskd:9480"}}).status == 202);  // of a tool
  CHECK(bench.get("/api/v1/alarms", {{"host", "localhost:9480"}}).status == 200);
  CHECK(bench.get("/api/v1/alarms", {{"host", "[::1]:9480"}}).status == 200);
}

TEST_CASE("with tokens any name will do: no page of another site has one") {
  Guarded bench;
  Headers headers = bearer(ben);
  headers.emplace_back("host", "desk.example:9480");
  CHECK(bench.get("/api/v1/alarms", headers).status == 200);
}
