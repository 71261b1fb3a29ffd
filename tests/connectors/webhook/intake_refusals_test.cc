#include "connectors/webhook/intake.h"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/support/gzip.h"
#include "tests/support/intake_desk.h"

using namespace deskd;
using namespace deskd::tests;

TEST_CASE("requests that are turned away before their alerts are known") {
  struct Row {
    const char* name;
    std::string to;
    HttpRequest request;
    std::uint16_t status;
    std::string books, reason;
    std::string header, header_value;
  };
  const auto get = [] {
    HttpRequest request = post("");
    request.method = "GET";
    return request;
  };
  const auto typed = [](std::string type) { return post(good, {{"content-type", type}}); };
  const auto encoded = [](std::string encoding, std::string body) {
    return post(std::move(body), {{"content-encoding", std::move(encoding)}});
  };
  const Row rows[] = {
      {"no such source", "hoks", post(good), 404, "(none)", "no_source", "", ""},
      {"GET", "hooks", get(), 405, "hooks", "method", "Allow", "POST"},
      {"no token", "alertmanager", post(R"({"alerts":[]})"), 401, "alertmanager", "auth",
       "WWW-Authenticate", R"(Bearer realm="deskd")"},
      {"a wrong token", "alertmanager",
       post(R"({"alerts":[]})", {{"authorization", "Bearer token"}}), 401, "alertmanager", "auth",
       "WWW-Authenticate", R"(Bearer realm="deskd", error="invalid_token")"},
      {"a form, as curl -d sends it", "hooks", typed("application/x-www-form-urlencoded"), 415,
       "hooks", "media_type", "Accept", "application/json"},
      {"plain text", "hooks", typed("text/plain;charset=utf-8"), 415, "hooks", "media_type",
       "Accept", "application/json"},
      {"brotli", "hooks", encoded("br", good), 415, "hooks", "encoding", "Accept-Encoding", "gzip"},
      {"two encodings", "hooks", encoded("gzip, gzip", good), 415, "hooks", "encoding",
       "Accept-Encoding", "gzip"},
      {"no gzip", "hooks", encoded("gzip", good), 400, "hooks", "gzip", "", ""},
      {"too large", "hooks", post(std::string(limits::body_bytes_max + 1, ' ')), 413, "hooks",
       "too_large", "", ""},
      {"too large when inflated", "hooks",
       encoded("gzip", gzip(std::string(limits::inflated_bytes_max + 1, ' '))), 413, "hooks",
       "too_large", "", ""},
      {"a long Idempotency-Key", "hooks", post(good, {{"idempotency-key", std::string(257, 'k')}}),
       400, "hooks", "idempotency_key", "", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    IntakeDesk desk;
    desk.send(row.to, row.request);
    CHECK(desk.answer().status == row.status);
    CHECK(desk.answer().content_type == "application/problem+json");
    if (!row.header.empty()) CHECK(desk.header(row.header) == row.header_value);
    const SourceBooks books = desk.books(row.books);
    CHECK(books.received == 0);
    CHECK(books.requests_refused == std::map<std::string, std::uint64_t>{{row.reason, 1}});
    REQUIRE(books.refusals.size() == 1);
    CHECK(books.refusals[0].sender == "10.0.0.7");
    CHECK(desk.inbox.empty());
  }
}

TEST_CASE("a credential is never shown") {
  IntakeDesk desk;
  desk.send("alertmanager", post("{}", {{"authorization", "Bearer almost-t0ken"}}));
  CHECK(desk.answer().body.find("almost") == std::string::npos);
  const SourceBooks books = desk.books("alertmanager");
  CHECK(books.refusals[0].detail == "wrong token");
  CHECK(books.refusals[0].user == "");
}

TEST_CASE("the right token lets in") {
  IntakeDesk desk;
  desk.send("alertmanager", post(R"({"alerts":[]})", {{"authorization", "Bearer t0ken"}}));
  CHECK(desk.answer().status == 202);
}

TEST_CASE("a form is told which header is needed") {
  IntakeDesk desk;
  desk.send("hooks", post(good, {{"content-type", "application/x-www-form-urlencoded"}}));
  CHECK(desk.json().at("detail") ==
        "the header 'Content-Type: application/json' is needed, not "
        "'application/x-www-form-urlencoded' (curl: -H 'Content-Type: application/json')");
}

TEST_CASE("JSON types are taken, and so are packed bodies") {
  const std::vector<std::pair<std::string, std::string>> rows[] = {
      {{"content-type", "application/json; charset=utf-8"}},
      {{"content-type", "Application/JSON"}},
      {{"content-type", "application/cloudevents+json"}},
      {{"content-type", "text/json"}},
      {{"content-encoding", "identity"}},
  };
  for (const auto& headers : rows) {
    IntakeDesk desk;
    desk.send("hooks", post(good, headers));
    desk.settle(Settlement::Kind::durable);
    CHECK(desk.answer().status == 202);
  }
  for (const char* encoding : {"gzip", "x-gzip", "GZIP"}) {
    IntakeDesk desk;
    desk.send("hooks", post(gzip(good), {{"content-encoding", encoding}}));
    CHECK(desk.settle(Settlement::Kind::durable) == 1);
    CHECK(desk.answer().status == 202);
  }
}

TEST_CASE("without a source of its kind, API v2 is not found") {
  IntakeDesk desk;
  auto judging = std::make_shared<Judging>(*desk.setup);
  judging->sources.pop_back();
  desk.setup = judging;
  desk.send("prometheus", post("[]"));
  CHECK(desk.answer().status == 404);
  CHECK(desk.json().at("detail") == "there is no source of kind alertmanager_api");
}

TEST_CASE("a webhook path can't reach the API's source") {
  IntakeDesk desk;
  desk.intake.webhook("prometheus", post("[]"),
                      [&](HttpAnswer answer) { desk.answers.push_back(std::move(answer)); });
  CHECK(desk.answer().status == 404);
}

TEST_CASE("hostile names of sources do not grow the books") {
  IntakeDesk desk;
  for (int i = 0; i < 1000; ++i) desk.send("x" + std::to_string(i), post("[]"));
  CHECK(desk.accounts.read(true).size() == 1);
}
