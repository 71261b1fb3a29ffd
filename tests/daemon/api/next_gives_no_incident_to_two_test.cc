#include <doctest/doctest.h>

#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "tests/daemon/api/live.h"

using namespace deskd;
using test::ask;

namespace {

constexpr int callers = 50;
constexpr int waiting = 180;  // fewer than the callers ask for together

/// What each caller was given, by all of them at once.
class Claims {
 public:
  void take(const std::string& caller, const test::RawAnswer& answer) {
    const std::lock_guard lock(mutex_);
    if (answer.status == 204) {
      ++empty_;
    } else if (answer.status == 200) {
      const auto incident = boost::json::parse(answer.body);
      given_.emplace_back(incident.at("id").as_string());
      if (std::string_view(incident.at("person").as_string()) != caller) ++wrong_;
    } else {
      ++wrong_;
    }
  }

  const std::vector<std::string>& given() const { return given_; }
  int empty() const { return empty_; }
  int wrong() const { return wrong_; }

 private:
  std::mutex mutex_;
  std::vector<std::string> given_;  // under mutex_, like the rest
  int empty_ = 0;
  int wrong_ = 0;
};

void open_waiting(std::uint16_t port) {
  test::RawClient client(port);
  std::string body = R"({"checks": [)";
  for (int i = 0; i < waiting; ++i) {
    if (i > 0) body += ",";
    body += fmt::format(R"({{"host": "h{}", "check": "disk", "state": "bad"}})", i);
  }
  REQUIRE(ask(client, "POST", "/in/hooks", body + "]}").status == 202);
}

template <class Work>
void at_once(Work work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < callers; ++i) threads.emplace_back([&work, i] { work(i); });
  for (auto& thread : threads) thread.join();
}

}  // namespace

TEST_CASE("fifty people who ask for the next incident at once get one each, nobody another's") {
  Claims claims;
  {
    test::Live live;
    open_waiting(live.port());
    at_once([&](int i) {
      test::RawClient client(live.port());
      const std::string caller = "p" + std::to_string(i);
      for (int round = 0; round < 4; ++round) {
        claims.take(caller, ask(client, "POST", "/api/v1/queues/servers/next", "", caller));
      }
    });
  }
  CHECK(claims.wrong() == 0);
  CHECK(claims.given().size() == waiting);
  CHECK(claims.empty() == callers * 4 - waiting);
  CHECK(std::set(claims.given().begin(), claims.given().end()).size() == waiting);
}

TEST_CASE("of fifty people who take one incident at once, one gets it and the others learn who") {
  test::Live live;
  open_waiting(live.port());
  std::vector<test::RawAnswer> answers(callers);
  at_once([&](int i) {
    test::RawClient client(live.port());
    answers[static_cast<std::size_t>(i)] =
        ask(client, "POST", "/api/v1/incidents/0-1/take", "", "p" + std::to_string(i));
  });
  test::RawClient client(live.port());
  const auto incident = boost::json::parse(ask(client, "GET", "/api/v1/incidents/0-1").body);
  const std::string holder(incident.at("person").as_string());
  int taken = 0;
  for (const auto& answer : answers) {
    if (answer.status == 200) {
      ++taken;
      CHECK(boost::json::parse(answer.body).at("person") == incident.at("person"));
    } else {
      CHECK(answer.status == 409);
      CHECK(answer.body.find(holder) != std::string::npos);
    }
  }
  CHECK(taken == 1);
}

TEST_CASE("a key that fifty connections send at once works once") {
  test::Live live;
  std::vector<test::RawAnswer> answers(callers);
  at_once([&](int i) {
    test::RawClient client(live.port());
    const std::string body = R"({"title": "The phone is dead"})";
    REQUIRE(
        client.say("POST /api/v1/incidents HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: k\r\n"
                   "Content-Type: application/json\r\nContent-Length: " +
                   std::to_string(body.size()) + "\r\n\r\n" + body));
    if (auto answer = client.answer()) answers[static_cast<std::size_t>(i)] = *answer;
  });
  int replayed = 0;
  for (const auto& answer : answers) {
    CHECK(answer.status == 201);
    CHECK(answer.body == answers.front().body);
    CHECK(answer.head.find("location: /api/v1/incidents/0-1\r\n") != std::string::npos);
    if (answer.head.find("idempotency-replayed: true") != std::string::npos) ++replayed;
  }
  CHECK(replayed == callers - 1);
}
