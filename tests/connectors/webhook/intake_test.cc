#include "connectors/webhook/intake.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/support/gzip.h"
#include "tests/support/intake_desk.h"

using namespace deskd;
using namespace deskd::tests;

TEST_CASE("nothing is answered before its receipt settles as durable") {
  IntakeDesk desk;
  desk.send("hooks", post(R"([{"host":"a"},{"host":"b"}])"));
  CHECK(desk.answers.empty());
  CHECK(desk.books("hooks").in_flight == 2);
  CHECK(desk.settle(Settlement::Kind::durable) == 1);
  CHECK(desk.answer().status == 202);
  CHECK(desk.answer().body == R"({"accepted":2})");
  CHECK(desk.books("hooks").in_flight == 0);
}

TEST_CASE("a batch carries its alerts, their verdicts and the setup that judged them") {
  IntakeDesk desk;
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
  IntakeDesk desk;
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
    IntakeDesk desk;
    desk.send(row.to, post(row.body));
    CHECK(desk.answer().status == row.status);
    CHECK(desk.answer().body == row.answer);
    CHECK(desk.inbox.empty());
    CHECK(desk.books(row.to).outcomes[Outcome::malformed] == row.malformed);
  }
}

TEST_CASE("API v2 answers as Alertmanager does") {
  IntakeDesk desk;
  desk.send("prometheus", post(R"([{"labels":{"alertname":"Down"}}])"));
  CHECK(desk.answers.empty());
  desk.settle(Settlement::Kind::durable);
  CHECK(desk.answer().status == 200);
  CHECK(desk.answer().body == "");
}

TEST_CASE(
    "a full lane, a held inbox and one that is closed: 503, and all alerts are accounted for") {
  const auto expect_refused = [](IntakeDesk& desk, std::uint64_t refused) {
    CHECK(desk.answer().status == 503);
    CHECK(desk.header("Retry-After") == "1");
    const SourceBooks books = desk.books("hooks");
    CHECK(books.outcomes[Outcome::refused] == refused);
    CHECK(books.received == books.in_flight + books.outcomes.total());
    CHECK(books.refusals.at(0).reason == "lane_full");
    CHECK(books.requests_refused.empty());
  };
  SUBCASE("full") {
    IntakeDesk desk;
    desk.inbox.set_lane("hooks", 1);
    desk.send("hooks", post(good));
    CHECK(desk.answers.empty());
    desk.send("hooks", post(R"([{"host":"a"},{"host":"b"}])"));
    expect_refused(desk, 2);
    CHECK(desk.books("hooks").in_flight == 1);
  }
  SUBCASE("held") {
    IntakeDesk desk;
    desk.inbox.hold(true);
    desk.send("hooks", post(good));
    expect_refused(desk, 1);
  }
  SUBCASE("closed") {
    IntakeDesk desk;
    desk.inbox.close();
    desk.send("hooks", post(good));
    expect_refused(desk, 1);
  }
}

TEST_CASE("a batch that is dropped answers 503") {
  IntakeDesk desk;
  desk.send("hooks", post(good));
  desk.inbox.take(limits::MiB).clear();
  CHECK(desk.answer().status == 503);
  CHECK(desk.header("Retry-After") == "1");
}

TEST_CASE("an Idempotency-Key marks the batch with its scope, its body and its answer") {
  IntakeDesk desk;
  desk.send("hooks", post(good, {{"idempotency-key", "abc"}}));
  desk.send("hooks", post(gzip(good), {{"idempotency-key", "abc"}, {"content-encoding", "gzip"}}));
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
    IntakeDesk desk;
    desk.send("hooks", post(good, {{"idempotency-key", "abc"}}));
    desk.settle(Settlement::Kind::repeated, Outcome::repeated);
    CHECK(desk.answer().status == 202);
    CHECK(desk.answer().body == R"({"accepted":1})");
    CHECK(desk.answer().content_type == "application/json");
  }
  SUBCASE("repeated, with errors") {
    IntakeDesk desk;
    desk.send("hooks", post(R"([{"host":"a"},{}])", {{"idempotency-key", "abc"}}));
    desk.settle(Settlement::Kind::repeated, Outcome::repeated);
    CHECK(desk.answer().status == 400);
    CHECK(desk.answer().content_type == "application/problem+json");
    CHECK(desk.json().at("accepted") == 1);
  }
  SUBCASE("conflict") {
    IntakeDesk desk;
    desk.send("hooks", post(good, {{"idempotency-key", "abc"}}));
    desk.settle(Settlement::Kind::conflict, Outcome::refused);
    CHECK(desk.answer().status == 422);
  }
}
