#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "daemon/api/listener.h"
#include "daemon/core_thread.h"
#include "tests/daemon/api/bench.h"
#include "tests/daemon/api/listener/raw_client.h"

using namespace deskd;
using namespace std::chrono_literals;

namespace {

rules::Time wall() {
  return std::chrono::time_point_cast<rules::Duration>(std::chrono::system_clock::now());
}

daemon::Core fresh_core(const std::shared_ptr<daemon::Setup>& setup) {
  daemon::Core core;
  core.recovered(setup, wall());
  return core;
}

/// The daemon's running parts: listener, API, core thread, a ledger on the disk.
class Live {
 public:
  Live()
      : setup_(test::sample_setup(folder_)),
        inbox_([this] { core_.wake(); }),
        metrics_(accounts_, inbox_, "1"),
        listener_({}, [this](auto request,
                             auto respond) { api_.serve(std::move(request), std::move(respond)); }),
        intake_(
            [this] { return std::shared_ptr<const connectors::Judging>(setup_, &setup_->judging); },
            accounts_, inbox_),
        api_({.core = core_,
              .intake = intake_,
              .accounts = accounts_,
              .inbox = inbox_,
              .metrics = metrics_,
              .reload = {},
              .health = [] { return api::Health{}; },
              .version = "1",
              .started_at = wall(),
              .run = [this](auto work) { listener_.post(std::move(work)); }}),
        core_(fresh_core(setup_), ledger(), core_parts()) {
    for (const auto& source : setup_->judging.sources) {
      inbox_.set_lane(source.name, source.lane_bytes);
    }
    core_.start();
    REQUIRE(listener_.start());
  }
  ~Live() {
    inbox_.close();
    core_.stop(10s);
    listener_.stop();
  }

  std::uint16_t port() const { return listener_.port(); }

 private:
  std::unique_ptr<ledger::Ledger> ledger() {
    auto opened = ledger::Ledger::open(folder_.path("data"), std::uint64_t{1} << 30);
    REQUIRE_MESSAGE(opened, (opened ? "" : opened.error()));
    return std::move(*opened);
  }

  daemon::CoreThread::Parts core_parts() {
    return {.inbox = inbox_,
            .accounts = accounts_,
            .clock = wall,
            .on_turn = [this](const auto& core, const auto& turn) { metrics_.turn(core, turn); },
            .on_round = [this](const auto& core) { metrics_.round(core); },
            .on_durable = [this] { metrics_.durable(wall()); },
            .on_commit = [this](double seconds) { metrics_.commit(seconds); },
            .on_room = [](bool, const std::string&) {},
            .on_broken = [](const std::string&) { std::abort(); }};
  }

  test::TemporaryFolder folder_;
  std::shared_ptr<daemon::Setup> setup_;
  connectors::Accounts accounts_;
  connectors::Inbox inbox_;
  daemon::Metrics metrics_;
  api::Listener listener_;
  connectors::Intake intake_;
  api::Api api_;
  daemon::CoreThread core_;
};

test::RawAnswer ask(test::RawClient& client, const std::string& method, const std::string& target,
                    const std::string& body = {}) {
  std::string text = method + " " + target + " HTTP/1.1\r\nHost: desk\r\n";
  if (!body.empty()) text += "Content-Type: application/json\r\n";
  text += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  REQUIRE(client.say(text));
  auto answer = client.answer();
  REQUIRE(answer);
  return std::move(*answer);
}

/// Sends alerts of its own and looks for each right after it was acknowledged.
void send_and_look(std::uint16_t port, const std::string& name, int rounds,
                   std::atomic<int>& unseen) {
  test::RawClient client(port);
  for (int i = 0; i < rounds; ++i) {
    const std::string host = name + "-" + std::to_string(i);
    if (ask(client, "POST", "/in/hooks", test::check(host, "linkDown", "major")).status != 202) {
      ++unseen;
      continue;
    }
    const auto alarms = ask(client, "GET", "/api/v1/alarms?resource=" + host);
    if (alarms.body.find("\"resource\":\"" + host + "\"") == std::string::npos) ++unseen;
  }
}

}  // namespace

TEST_CASE("a reader sees every write that was acknowledged, over real sockets and threads") {
  std::atomic<int> unseen = 0;
  {
    Live live;
    std::vector<std::thread> people;
    for (int i = 0; i < 8; ++i) {
      people.emplace_back(
          [&, i] { send_and_look(live.port(), "h" + std::to_string(i), 25, unseen); });
    }
    std::atomic<bool> is_over = false;
    std::thread scraper([&] {
      test::RawClient client(live.port());
      while (!is_over) {
        for (const char* path : {"/metrics", "/api/v1/alerts", "/api/v2/alerts", "/api/v1/queues",
                                 "/api/v1/incidents?q=link", "/api/v1/sources"}) {
          if (ask(client, "GET", path).status != 200) ++unseen;
        }
      }
    });
    for (auto& person : people) person.join();
    is_over = true;
    scraper.join();

    test::RawClient client(live.port());
    const auto acted = ask(client, "POST", "/api/v1/incidents/0-1/ack");
    CHECK(acted.status == 200);
    CHECK(ask(client, "GET", "/api/v1/incidents/0-1").body == acted.body);
    const auto metrics = ask(client, "GET", "/metrics").body;
    CHECK(metrics.find("desk_alerts_total{source=\"hooks\",outcome=\"raised\"} 200\n") !=
          std::string::npos);
    CHECK(metrics.find("desk_allocation_seconds_count 200\n") != std::string::npos);
  }
  CHECK(unseen == 0);
}
