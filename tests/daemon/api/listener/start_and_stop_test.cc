#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/daemon/api/listener/raw_client.h"
#include "tests/daemon/api/listener/running.h"

using namespace deskd;
using namespace deskd::test;
using namespace std::chrono_literals;
using api::Listener;
using connectors::HttpRequest;
using connectors::HttpRespond;

TEST_CASE("an address that can't be had is said in a sentence") {
  Running running;
  SUBCASE("in use") {
    Listener second({.port = running.port()}, echo);
    const auto started = second.start();
    REQUIRE_FALSE(started);
    CHECK(started.error().find("127.0.0.1:" + std::to_string(running.port())) != std::string::npos);
    CHECK(started.error().find("another program listens there already") != std::string::npos);
  }
  SUBCASE("not of this machine") {
    Listener other({.host = "192.0.2.1"}, echo);
    const auto started = other.start();
    REQUIRE_FALSE(started);
    CHECK(started.error().find("no address of this machine") != std::string::npos);
  }
  SUBCASE("no address") {
    Listener other({.host = "nowhere"}, echo);
    const auto started = other.start();
    REQUIRE_FALSE(started);
    CHECK(started.error().find("no IP address") != std::string::npos);
  }
}

TEST_CASE("IPv6 is listened on with or without brackets") {
  for (const char* host : {"::1", "[::1]"}) {
    Listener listener({.host = host}, echo);
    const auto started = listener.start();
    if (!started) {
      MESSAGE("no IPv6 here: ", started.error());
      return;
    }
    CHECK(listener.port() != 0);
  }
}

TEST_CASE("stop lets requests under way be answered, closes the idle, and takes no more") {
  std::mutex mutex;
  std::vector<HttpRespond> kept;
  auto running = std::make_unique<Running>([&](const HttpRequest&, HttpRespond respond) {
    const std::lock_guard lock(mutex);
    kept.push_back(std::move(respond));
  });
  RawClient idle(running->port());
  RawClient busy(running->port());
  busy.say(get("/under/way") + get("/too/late"));
  const auto is_served = [&] {
    const std::lock_guard lock(mutex);
    return kept.size() == 1;
  };
  while (!is_served()) std::this_thread::sleep_for(1ms);
  std::thread stopping([&] { running->listener.stop(); });
  CHECK(idle.is_closed());
  kept[0](text("done"));
  const auto answer = busy.answer();
  REQUIRE(answer);
  CHECK(answer->body == "done");
  CHECK(answer->head.find("connection: close") != std::string::npos);
  CHECK(busy.is_closed());
  stopping.join();
  CHECK(kept.size() == 1);
  CHECK_THROWS(RawClient(running->port()));
}

TEST_CASE("stop waits no longer than it may, and answers that come later are dropped") {
  std::mutex mutex;
  std::vector<HttpRespond> kept;
  auto running = std::make_unique<Running>(
      [&](const HttpRequest&, HttpRespond respond) {
        const std::lock_guard lock(mutex);
        kept.push_back(std::move(respond));
      },
      Listener::Options{.stop_within = 100ms});
  RawClient client(running->port());
  client.say(get("/"));
  const auto is_served = [&] {
    const std::lock_guard lock(mutex);
    return kept.size() == 1;
  };
  while (!is_served()) std::this_thread::sleep_for(1ms);
  running->listener.stop();
  CHECK(client.is_closed());
  kept[0](text("too late"));
  running.reset();
  kept.clear();
}

TEST_CASE("posted work runs on a listener's thread, and is dropped after stop") {
  Running running;
  std::atomic<bool> has_run = false;
  std::thread::id where;
  running.listener.post([&] {
    where = std::this_thread::get_id();
    has_run = true;
  });
  while (!has_run) std::this_thread::sleep_for(1ms);
  CHECK(where != std::this_thread::get_id());
  running.listener.stop();
  has_run = false;
  running.listener.post([&] { has_run = true; });
  CHECK_FALSE(has_run);
}

TEST_CASE("a listener that was never started stops") {
  Listener listener({}, echo);
  listener.stop();
  CHECK(listener.port() == 0);
}
