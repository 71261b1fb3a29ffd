#include "connectors/webhook/intake.h"

#include <doctest/doctest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>

#include "support/decode.h"
#include "support/gzip.h"

using namespace deskd;
using namespace deskd::connectors;
using deskd::tests::received_at;
using rules::Outcome;

namespace {

Source source(std::string name, SourceKind kind, std::string format) {
  Source made;
  made.name = std::move(name);
  made.kind = kind;
  made.reader = tests::make_format(format);
  made.format = std::move(format);
  return made;
}

/// An intake with all that stands around it; answers are kept.
struct Desk {
  Desk() {
    config::Problems problems;
    auto judging = std::make_shared<Judging>();
    judging->number = 1;
    judging->rules = rules::RuleSet::compile({}, {}, problems);
    REQUIRE(judging->rules != nullptr);
    judging->sources.push_back(source("hooks", SourceKind::webhook, "generic"));
    judging->sources.push_back(source("alertmanager", SourceKind::webhook, "alertmanager"));
    judging->sources.back().auth = SourceAuth{"", config::Secret("t0ken")};
    judging->sources.push_back(
        source("prometheus", SourceKind::alertmanager_api, "alertmanager_api"));
    for (const Source& one : judging->sources) inbox.set_lane(one.name, limits::MiB);
    setup = std::move(judging);
  }

  void send(std::string_view to, HttpRequest request) {
    HttpRespond keep = [this](HttpAnswer answer) { answers.push_back(std::move(answer)); };
    if (to == "prometheus") return intake.alertmanager_api(std::move(request), std::move(keep));
    intake.webhook(to, std::move(request), std::move(keep));
  }

  /// Takes what waits and settles it so.
  std::size_t settle(Settlement::Kind kind, Outcome outcome = Outcome::raised) {
    auto taken = inbox.take(limits::MiB);
    for (const auto& batch : taken) {
      rules::OutcomeCounts outcomes;
      outcomes[outcome] = batch->alerts.size();
      accounts.settled(batch->source, outcomes);
      Settlement settlement{.kind = kind, .status = 0, .answer = {}};
      if (kind == Settlement::Kind::repeated) {
        settlement.status = batch->mark->status;
        settlement.answer = batch->mark->answer;
      }
      batch->receipt.settle(std::move(settlement));
    }
    return taken.size();
  }

  SourceBooks books(std::string_view name) const {
    for (SourceBooks& one : accounts.read(true)) {
      if (one.source == name) return std::move(one);
    }
    return {};
  }

  const HttpAnswer& answer() const {
    REQUIRE(answers.size() == 1);
    return answers.front();
  }
  boost::json::value json() const { return boost::json::parse(answer().body); }
  std::string header(std::string_view name) const {
    for (const auto& [key, value] : answer().headers) {
      if (key == name) return value;
    }
    return "";
  }

  std::shared_ptr<const Judging> setup;
  Accounts accounts;
  Inbox inbox{nullptr};
  Intake intake{[this] { return setup; }, accounts, inbox};
  std::vector<HttpAnswer> answers;
};

HttpRequest post(std::string body, std::vector<std::pair<std::string, std::string>> headers = {}) {
  HttpRequest request;
  request.method = "POST";
  request.body = std::move(body);
  request.headers = std::move(headers);
  if (request.header("content-type").empty()) {
    request.headers.emplace_back("content-type", "application/json");
  }
  request.peer = "10.0.0.7:51234";
  request.received_at = received_at;
  return request;
}

constexpr const char* good = R"({"host":"edge-7","type":"ping"})";

}  // namespace

TEST_CASE("nothing is answered before its receipt settles as durable") {
  Desk desk;
  desk.send("hooks", post(R"([{"host":"a"},{"host":"b"}])"));
  CHECK(desk.answers.empty());
  CHECK(desk.books("hooks").in_flight == 2);
  CHECK(desk.settle(Settlement::Kind::durable) == 1);
  CHECK(desk.answer().status == 202);
  CHECK(desk.answer().body == R"({"accepted":2})");
  CHECK(desk.books("hooks").in_flight == 0);
}

TEST_CASE("a batch carries its alerts, their verdicts and the setup that judged them") {
  Desk desk;
  desk.send("hooks", post(good));
  auto taken = desk.inbox.take(limits::MiB);
  REQUIRE(taken.size() == 1);
  const Batch& batch = *taken[0];
  CHECK(batch.source == "hooks");
  CHECK(batch.setup == desk.setup);
  CHECK(batch.received_at == received_at);
  CHECK_FALSE(batch.mark);
  REQUIRE(batch.alerts.size() == 1);
  REQUIRE(batch.verdicts.size() == 1);
  CHECK(batch.alerts[0].source == "hooks");
  CHECK(batch.verdicts[0].alert.resource == "edge-7");
  CHECK_FALSE(batch.verdicts[0].identity.empty());
}

TEST_CASE("some bad: the good ones are taken, and the answer waits for them") {
  Desk desk;
  desk.send("hooks", post(R"([{"host":"a"},{"host":[]},{"host":"c"}])"));
  CHECK(desk.answers.empty());
  desk.settle(Settlement::Kind::durable);
  CHECK(desk.answer().status == 400);
  CHECK(desk.answer().content_type == "application/problem+json");
  const auto body = desk.json();
  CHECK(body.at("accepted") == 2);
  CHECK(body.at("malformed") == 1);
  REQUIRE(body.at("errors").as_array().size() == 1);
  const auto& error = body.at("errors").as_array()[0];
  CHECK(error.at("index") == 1);
  CHECK(error.at("pointer") == "/1/host");
  CHECK(error.at("detail") == "text, a number or true or false expected, not a list");
  const SourceBooks books = desk.books("hooks");
  CHECK(books.received == 3);
  CHECK(books.outcomes[Outcome::malformed] == 1);
  REQUIRE(books.refusals.size() == 1);
  CHECK(books.refusals[0].sender == "10.0.0.7");
  CHECK(books.refusals[0].reason == "malformed");
  CHECK(books.requests_refused.empty());
}

TEST_CASE("a body without alerts is answered at once") {
  struct Row {
    const char* name;
    std::string to, body;
    std::uint16_t status;
    std::string answer;
    std::uint64_t malformed;
  };
  const Row rows[] = {
      {"an empty list", "hooks", "[]", 202, R"({"accepted":0})", 0},
      {"an empty list by API v2", "prometheus", "[]", 200, "", 0},
      {"no JSON", "hooks", "{,}", 400,
       R"({"type":"about:blank","title":"Bad Request","status":400,"detail":"the body holds no alerts that can be read","accepted":0,"malformed":1,"errors":[{"index":0,"pointer":"","detail":"not JSON at line 1, column 2 (byte 1): a member's name in quotes expected"}]})",
       1},
      {"no JSON by API v2", "prometheus", "[", 400,
       R"("the body holds no alerts that can be read: not JSON at line 1, column 2 (byte 1): the body ends too soon")",
       1},
      {"only bad ones by API v2", "prometheus", R"([{"labels":{}},{}])", 400,
       R"("2 of 2 alerts are malformed: /0/labels: at least one label is needed; /1/labels: at least one label is needed")",
       2},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Desk desk;
    desk.send(row.to, post(row.body));
    CHECK(desk.answer().status == row.status);
    CHECK(desk.answer().body == row.answer);
    CHECK(desk.inbox.empty());
    CHECK(desk.books(row.to).outcomes[Outcome::malformed] == row.malformed);
  }
}

TEST_CASE("API v2 answers as Alertmanager does") {
  Desk desk;
  desk.send("prometheus", post(R"([{"labels":{"alertname":"Down"}}])"));
  CHECK(desk.answers.empty());
  desk.settle(Settlement::Kind::durable);
  CHECK(desk.answer().status == 200);
  CHECK(desk.answer().body == "");
}

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
       encoded("gzip", tests::gzip(std::string(limits::inflated_bytes_max + 1, ' '))), 413, "hooks",
       "too_large", "", ""},
      {"a long Idempotency-Key", "hooks", post(good, {{"idempotency-key", std::string(257, 'k')}}),
       400, "hooks", "idempotency_key", "", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Desk desk;
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
  Desk desk;
  desk.send("alertmanager", post("{}", {{"authorization", "Bearer almost-t0ken"}}));
  CHECK(desk.answer().body.find("almost") == std::string::npos);
  const SourceBooks books = desk.books("alertmanager");
  CHECK(books.refusals[0].detail == "wrong token");
  CHECK(books.refusals[0].user == "");
}

TEST_CASE("the right token lets in") {
  Desk desk;
  desk.send("alertmanager", post(R"({"alerts":[]})", {{"authorization", "Bearer t0ken"}}));
  CHECK(desk.answer().status == 202);
}

TEST_CASE("a form is told which header is needed") {
  Desk desk;
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
    Desk desk;
    desk.send("hooks", post(good, headers));
    desk.settle(Settlement::Kind::durable);
    CHECK(desk.answer().status == 202);
  }
  for (const char* encoding : {"gzip", "x-gzip", "GZIP"}) {
    Desk desk;
    desk.send("hooks", post(tests::gzip(good), {{"content-encoding", encoding}}));
    CHECK(desk.settle(Settlement::Kind::durable) == 1);
    CHECK(desk.answer().status == 202);
  }
}

TEST_CASE(
    "a full lane, a held inbox and one that is closed: 503, and all alerts are accounted for") {
  const auto expect_refused = [](Desk& desk, std::uint64_t refused) {
    CHECK(desk.answer().status == 503);
    CHECK(desk.header("Retry-After") == "1");
    const SourceBooks books = desk.books("hooks");
    CHECK(books.outcomes[Outcome::refused] == refused);
    CHECK(books.received == books.in_flight + books.outcomes.total());
    CHECK(books.refusals.at(0).reason == "lane_full");
    CHECK(books.requests_refused.empty());
  };
  SUBCASE("full") {
    Desk desk;
    desk.inbox.set_lane("hooks", 1);
    desk.send("hooks", post(good));
    CHECK(desk.answers.empty());
    desk.send("hooks", post(R"([{"host":"a"},{"host":"b"}])"));
    expect_refused(desk, 2);
    CHECK(desk.books("hooks").in_flight == 1);
  }
  SUBCASE("held") {
    Desk desk;
    desk.inbox.hold(true);
    desk.send("hooks", post(good));
    expect_refused(desk, 1);
  }
  SUBCASE("closed") {
    Desk desk;
    desk.inbox.close();
    desk.send("hooks", post(good));
    expect_refused(desk, 1);
  }
}

TEST_CASE("a batch that is dropped answers 503") {
  Desk desk;
  desk.send("hooks", post(good));
  desk.inbox.take(limits::MiB).clear();
  CHECK(desk.answer().status == 503);
  CHECK(desk.header("Retry-After") == "1");
}

TEST_CASE("an Idempotency-Key marks the batch with its scope, its body and its answer") {
  Desk desk;
  desk.send("hooks", post(good, {{"idempotency-key", "abc"}}));
  desk.send("hooks",
            post(tests::gzip(good), {{"idempotency-key", "abc"}, {"content-encoding", "gzip"}}));
  desk.send("hooks", post(R"([{"host":"a"},{}])", {{"idempotency-key", "abc"}}));
  desk.send("prometheus", post(R"([{"labels":{"a":"b"}}])", {{"idempotency-key", "abc"}}));
  const auto taken = desk.inbox.take(limits::MiB);
  REQUIRE(taken.size() == 4);
  const auto mark_of = [&](std::string_view source, std::size_t which) -> const RepeatMark& {
    for (const auto& batch : taken) {
      if (batch->source == source && which-- == 0) return *batch->mark;
    }
    FAIL("no such batch");
    return *taken[0]->mark;
  };
  const RepeatMark& first = mark_of("hooks", 0);
  CHECK(first.key == std::string("in/hooks\0abc", 12));
  CHECK(first.status == 202);
  CHECK(first.answer == R"({"accepted":1})");
  CHECK(mark_of("hooks", 1).body_hash == first.body_hash);  // the body, not how it was packed
  CHECK(mark_of("hooks", 2).body_hash != first.body_hash);
  CHECK(mark_of("hooks", 2).status == 400);
  CHECK(mark_of("prometheus", 0).key == std::string("in/prometheus\0abc", 17));
  CHECK(mark_of("prometheus", 0).status == 200);
}

TEST_CASE("a repeat gets the first answer, another body under its key a 422") {
  SUBCASE("repeated") {
    Desk desk;
    desk.send("hooks", post(good, {{"idempotency-key", "abc"}}));
    desk.settle(Settlement::Kind::repeated, Outcome::repeated);
    CHECK(desk.answer().status == 202);
    CHECK(desk.answer().body == R"({"accepted":1})");
    CHECK(desk.answer().content_type == "application/json");
  }
  SUBCASE("repeated, with errors") {
    Desk desk;
    desk.send("hooks", post(R"([{"host":"a"},{}])", {{"idempotency-key", "abc"}}));
    desk.settle(Settlement::Kind::repeated, Outcome::repeated);
    CHECK(desk.answer().status == 400);
    CHECK(desk.answer().content_type == "application/problem+json");
    CHECK(desk.json().at("accepted") == 1);
  }
  SUBCASE("conflict") {
    Desk desk;
    desk.send("hooks", post(good, {{"idempotency-key", "abc"}}));
    desk.settle(Settlement::Kind::conflict, Outcome::refused);
    CHECK(desk.answer().status == 422);
  }
}

TEST_CASE("without a source of its kind, API v2 is not found") {
  Desk desk;
  auto judging = std::make_shared<Judging>(*desk.setup);
  judging->sources.pop_back();
  desk.setup = judging;
  desk.send("prometheus", post("[]"));
  CHECK(desk.answer().status == 404);
  CHECK(desk.json().at("detail") == "there is no source of kind alertmanager_api");
}

TEST_CASE("a webhook path can't reach the API's source") {
  Desk desk;
  desk.intake.webhook("prometheus", post("[]"),
                      [&](HttpAnswer answer) { desk.answers.push_back(std::move(answer)); });
  CHECK(desk.answer().status == 404);
}

TEST_CASE("hostile names of sources do not grow the books") {
  Desk desk;
  for (int i = 0; i < 1000; ++i) desk.send("x" + std::to_string(i), post("[]"));
  CHECK(desk.accounts.read(true).size() == 1);
}
