#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/daemon/api/live.h"

using namespace deskd;
using test::ask;

namespace {

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
    test::Live live;
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
