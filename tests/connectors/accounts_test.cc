#include "connectors/accounts.h"

#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace deskd;
using namespace deskd::connectors;
using rules::Outcome;

namespace {

rules::Time at(int seconds) { return rules::Time{std::chrono::seconds{seconds}}; }

rules::OutcomeCounts outcomes(Outcome outcome, std::uint64_t count) {
  rules::OutcomeCounts counts;
  counts[outcome] = count;
  return counts;
}

bool balanced(const SourceBooks& books) {
  return books.received == books.in_flight + books.outcomes.total();
}

RefusalSeen refusal(std::string reason, std::string detail, int second) {
  return {.sender = "10.0.0.7",
          .user = "",
          .reason = std::move(reason),
          .detail = std::move(detail),
          .count = 1,
          .at = at(second)};
}

}  // namespace

TEST_CASE("received is in flight plus all outcomes, at every step") {
  Accounts accounts;
  accounts.received("hooks", 10, 2, 3, 1, at(100));
  SourceBooks books = accounts.read(false).at(0);
  CHECK(books.source == "hooks");
  CHECK(books.received == 12);
  CHECK(books.in_flight == 10);
  CHECK(books.outcomes[Outcome::malformed] == 2);
  CHECK(books.severity_unknown == 3);
  CHECK(books.event_time_clamped == 1);
  CHECK(books.last_alert_at == at(100));
  CHECK(balanced(books));

  accounts.settled("hooks", outcomes(Outcome::raised, 4));
  accounts.settled("hooks", outcomes(Outcome::refused, 6));
  books = accounts.read(false).at(0);
  CHECK(books.in_flight == 0);
  CHECK(balanced(books));
}

TEST_CASE("a body without a good alert does not move the time of the last alert") {
  Accounts accounts;
  accounts.received("hooks", 1, 0, 0, 0, at(100));
  accounts.received("hooks", 0, 1, 0, 0, at(200));
  CHECK(accounts.read(false).at(0).last_alert_at == at(100));
}

TEST_CASE("each source has its own books, in name order") {
  Accounts accounts;
  accounts.received("traps", 1, 0, 0, 0, at(1));
  accounts.received("hooks", 2, 0, 0, 0, at(1));
  const auto all = accounts.read(false);
  REQUIRE(all.size() == 2);
  CHECK(all[0].source == "hooks");
  CHECK(all[0].received == 2);
  CHECK(all[1].received == 1);
}

TEST_CASE("equal refusals in a row are one entry with a count") {
  Accounts accounts;
  for (int i = 1; i <= 1000; ++i)
    accounts.refused("hooks", refusal("auth", "wrong token", i), true);
  accounts.refused("hooks", refusal("malformed", "/status: missing", 1001), false);
  const SourceBooks books = accounts.read(true).at(0);
  REQUIRE(books.refusals.size() == 2);
  CHECK(books.refusals[0].reason == "malformed");  // newest first
  CHECK(books.refusals[1].count == 1000);
  CHECK(books.refusals[1].at == at(1000));
  CHECK(books.requests_refused == std::map<std::string, std::uint64_t>{{"auth", 1000}});
  CHECK(books.received == 0);
}

TEST_CASE("only the last refusals are kept") {
  Accounts accounts;
  for (int i = 0; i < 250; ++i) {
    accounts.refused("hooks", refusal("malformed", std::to_string(i), i), true);
  }
  const SourceBooks books = accounts.read(true).at(0);
  REQUIRE(books.refusals.size() == limits::refusals_kept_max);
  CHECK(books.refusals.front().detail == "249");
  CHECK(books.refusals.back().detail == "150");
  CHECK(books.requests_refused.at("malformed") == 250);
  CHECK(accounts.read(false).at(0).refusals.empty());
}

TEST_CASE("the equation holds in every read while ten threads write") {
  Accounts accounts;
  constexpr int rounds = 500;
  std::atomic<int> running = 10;
  std::vector<std::jthread> writers;
  for (int t = 0; t < 10; ++t) {
    writers.emplace_back([&, source = t % 2 == 0 ? "hooks" : "prometheus"] {
      for (int i = 0; i < rounds; ++i) {
        accounts.received(source, 3, 1, 0, 0, at(i));
        accounts.settled(source, outcomes(Outcome::merged, 2));
        accounts.settled(source, outcomes(Outcome::refused, 1));
        accounts.refused(source, refusal("malformed", "x", i), false);
      }
      --running;
    });
  }
  int reads = 0;
  while (running > 0) {
    for (const SourceBooks& books : accounts.read(true)) REQUIRE(balanced(books));
    ++reads;
  }
  writers.clear();
  CHECK(reads > 0);
  std::uint64_t received = 0;
  for (const SourceBooks& books : accounts.read(false)) {
    CHECK(balanced(books));
    CHECK(books.in_flight == 0);
    received += books.received;
  }
  CHECK(received == 10 * rounds * 4);
}
