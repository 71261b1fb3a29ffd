#include "daemon/api/listener.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/daemon/api/listener/raw_client.h"

using namespace deskd;
using namespace std::chrono_literals;
using api::Listener;
using connectors::HttpAnswer;
using connectors::HttpRequest;
using connectors::HttpRespond;
using test::RawClient;

namespace {

HttpAnswer text(std::string body) { return {200, "text/plain", std::move(body), {}}; }

/// Answers with method, path and body.
void echo(HttpRequest request, HttpRespond respond) {
  respond(text(request.method + " " + request.path + " " + request.body));
}

struct Running {
  explicit Running(Listener::Serve serve = echo, Listener::Options options = {})
      : listener(std::move(options), std::move(serve)) {
    const auto started = listener.start();
    REQUIRE_MESSAGE(started, (started ? "" : started.error()));
  }
  std::uint16_t port() const { return listener.port(); }
  Listener listener;
};

std::string get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: desk\r\n\r\n";
}

std::string post(std::string_view path, std::string_view body) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: desk\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

}  // namespace

TEST_CASE("a connection is kept alive from request to request") {
  Running running;
  RawClient client(running.port());
  for (int i = 0; i < 3; ++i) {
    REQUIRE(client.say(post("/in/hooks", "body " + std::to_string(i))));
    const auto answer = client.answer();
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->body == "POST /in/hooks body " + std::to_string(i));
    CHECK(answer->head.find("connection: close") == std::string::npos);
  }
}

TEST_CASE("what the client asks of the connection is done") {
  Running running;
  SUBCASE("HTTP/1.1 with Connection: close") {
    RawClient client(running.port());
    client.say("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    REQUIRE(client.answer());
    CHECK(client.is_closed());
  }
  SUBCASE("HTTP/1.0 closes") {
    RawClient client(running.port());
    client.say("GET /a HTTP/1.0\r\n\r\n");
    REQUIRE(client.answer());
    CHECK(client.is_closed());
  }
  SUBCASE("HTTP/1.0 with keep-alive stays") {
    RawClient client(running.port());
    client.say("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const auto answer = client.answer();
    REQUIRE(answer);
    CHECK(answer->head.find("connection: keep-alive") != std::string::npos);
    client.say("GET /b HTTP/1.0\r\n\r\n");
    CHECK(client.answer()->body == "GET /b ");
  }
}

TEST_CASE("pipelined requests are answered in their order, however long each takes") {
  std::mutex mutex;
  std::vector<std::thread> slow;
  {
    Running running([&](HttpRequest request, HttpRespond respond) {
      const std::lock_guard lock(mutex);
      slow.emplace_back([path = request.path, respond = std::move(respond)]() mutable {
        if (path == "/0") std::this_thread::sleep_for(50ms);
        respond(text(path));
      });
    });
    RawClient client(running.port());
    std::string all;
    for (int i = 0; i < 20; ++i) all += get("/" + std::to_string(i));
    client.say(all);
    for (int i = 0; i < 20; ++i) {
      const auto answer = client.answer();
      REQUIRE(answer);
      CHECK(answer->body == "/" + std::to_string(i));
    }
  }
  for (auto& thread : slow) thread.join();
}

TEST_CASE("a chunked body is put together") {
  Running running;
  RawClient client(running.port());
  client.say("POST /x HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n4;a=b\r\nabcd\r\n");
  client.say("3\r\nefg\r\n0\r\nTrailer: t\r\n\r\n");
  CHECK(client.answer()->body == "POST /x abcdefg");
}

TEST_CASE("Expect: 100-continue is answered before the body is sent") {
  Running running;
  RawClient client(running.port());
  client.say("POST /x HTTP/1.1\r\nHost: d\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(client.answer(false)->status == 100);
  client.say("hi");
  CHECK(client.answer()->body == "POST /x hi");
}

TEST_CASE("HEAD gets the header of GET and no body") {
  Running running;
  RawClient client(running.port());
  client.say("HEAD /page HTTP/1.1\r\nHost: d\r\n\r\n");
  const auto answer = client.answer(false);
  REQUIRE(answer);
  CHECK(answer->head.find("content-length: 10") != std::string::npos);
  client.say(get("/next"));
  CHECK(client.answer()->body == "GET /next ");
}

TEST_CASE("a request has its path and query decoded, its headers in lower case, its peer") {
  HttpRequest seen;
  Running running([&](HttpRequest request, HttpRespond respond) {
    seen = std::move(request);
    respond({204, "", "dropped", {{"X-Line", "one\r\ntwo: three"}}});
  });
  RawClient client(running.port());
  client.say("GET /a%20b?x=1%262&y=a+b&z HTTP/1.1\r\nHOST: d\r\nX-Desk-Actor: anna\r\n\r\n");
  const auto answer = client.answer();
  REQUIRE(answer);
  CHECK(answer->status == 204);
  CHECK(answer->head.find("content-length") == std::string::npos);
  CHECK_MESSAGE(answer->head.find("\r\ntwo:") == std::string::npos, "no header may be smuggled in");
  CHECK(seen.path == "/a b");
  CHECK(seen.parameter("x") == "1&2");
  CHECK(seen.parameter("y") == "a b");
  CHECK(seen.query.size() == 3);
  CHECK(seen.header("x-desk-actor") == "anna");
  CHECK(seen.peer.starts_with("127.0.0.1:"));
  CHECK(rules::is_known(seen.received_at));
}

TEST_CASE("what is no request is refused and the connection closed") {
  struct Row {
    const char* name;
    std::string bytes;
    int status;
  };
  const std::string long_header(40'000, 'x');
  const std::vector<Row> rows{
      {"garbage", "\x16\x03\x01\x02\x00\x01\r\n\r\n", 400},
      {"a protocol of the future", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
      {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"two lengths of a body",
       "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: "
       "chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
       400},
      {"two Content-Lengths",
       "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
      {"a negative length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
      {"a chunk without a size",
       "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
      {"a bad escape", "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"a NUL in the path", "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"a path that is no UTF-8", "GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"a header too large", "GET / HTTP/1.1\r\nHost: a\r\nX: " + long_header + "\r\n\r\n", 431},
      {"a target too long", "GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n",
       414},
      {"an announced body too large",
       "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999999\r\n\r\n", 413},
      {"an unknown Expect",
       "POST / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\nContent-Length: 1\r\n\r\na", 417},
  };
  Running running;
  for (const Row& row : rows) {
    CAPTURE(row.name);
    RawClient client(running.port());
    client.say(row.bytes);
    const auto answer = client.answer();
    REQUIRE(answer);
    CHECK(answer->status == row.status);
    CHECK(answer->head.find("application/problem+json") != std::string::npos);
    client.say_no_more();
    CHECK(client.is_closed());
  }
  RawClient client(running.port());
  client.say(get("/still/here"));
  CHECK(client.answer()->body == "GET /still/here ");
}

TEST_CASE("a chunked body that grows too large is refused, and the client can read why") {
  Running running;
  RawClient client(running.port());
  client.say("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "100000\r\n" + std::string(0x100000, 'a') + "\r\n";
  for (std::size_t sent = 0; sent < limits::body_bytes_max + chunk.size(); sent += 0x100000) {
    if (!client.say(chunk)) break;
  }
  const auto answer = client.answer();
  REQUIRE(answer);
  CHECK(answer->status == 413);
}

TEST_CASE("a body of the greatest size is taken") {
  Running running([](const HttpRequest& request, HttpRespond respond) {
    respond(text(std::to_string(request.body.size())));
  });
  RawClient client(running.port());
  client.say(post("/", std::string(limits::body_bytes_max, 'a')));
  CHECK(client.answer()->body == std::to_string(limits::body_bytes_max));
}

TEST_CASE("a respond function that is dropped answers 500") {
  Running running([](const HttpRequest&, const HttpRespond&) {});
  RawClient client(running.port());
  client.say(get("/"));
  CHECK(client.answer()->status == 500);
  client.say(get("/"));
  CHECK(client.answer()->status == 500);
}

TEST_CASE("an exception while serving answers 500 and ends only that connection") {
  Running running([](const HttpRequest& request, HttpRespond respond) {
    if (request.path == "/throw") throw std::runtime_error("oops");
    respond(text("fine"));
  });
  RawClient client(running.port());
  client.say(get("/throw"));
  CHECK(client.answer()->status == 500);
  CHECK(client.is_closed());
  RawClient other(running.port());
  other.say(get("/"));
  CHECK(other.answer()->body == "fine");
}

TEST_CASE("a request that does not arrive in time is dropped, byte by byte or not at all") {
  Running running(echo, {.request_timeout = 200ms, .idle_timeout = 30s});
  RawClient client(running.port());
  const auto begun = std::chrono::steady_clock::now();
  client.say("GET / HTTP/1.1\r\nHo");
  bool is_open = true;
  while (is_open && std::chrono::steady_clock::now() - begun < 10s) {
    std::this_thread::sleep_for(20ms);
    is_open = client.say("s");
  }
  CHECK_FALSE(is_open);
  CHECK(std::chrono::steady_clock::now() - begun < 5s);
}

TEST_CASE("a body that never ends is dropped") {
  Running running(echo, {.request_timeout = 100ms});
  RawClient client(running.port());
  client.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  CHECK(client.is_closed());
}

TEST_CASE("an idle connection is closed after its time") {
  Running running(echo, {.idle_timeout = 100ms});
  RawClient client(running.port());
  client.say(get("/"));
  REQUIRE(client.answer());
  CHECK(client.is_closed());
}

TEST_CASE("a client that has said its last word still gets its answer") {
  std::mutex mutex;
  std::vector<std::thread> slow;
  {
    Running running([&](HttpRequest, HttpRespond respond) {
      const std::lock_guard lock(mutex);
      slow.emplace_back([respond = std::move(respond)]() mutable {
        std::this_thread::sleep_for(50ms);
        respond(text("late"));
      });
    });
    RawClient client(running.port());
    client.say(get("/"));
    client.say_no_more();
    CHECK(client.answer()->body == "late");
    CHECK(client.is_closed());
  }
  for (auto& thread : slow) thread.join();
}

TEST_CASE("a client that leaves before its answer harms nobody") {
  std::mutex mutex;
  std::vector<HttpRespond> kept;
  Running running([&](const HttpRequest& request, HttpRespond respond) {
    if (request.path == "/now") return respond(text("now"));
    const std::lock_guard lock(mutex);
    kept.push_back(std::move(respond));
  });
  for (int i = 0; i < 20; ++i) RawClient(running.port()).say(get("/later"));
  const auto has_all = [&] {
    const std::lock_guard lock(mutex);
    return kept.size() == 20;
  };
  while (!has_all()) std::this_thread::sleep_for(1ms);
  for (auto& respond : kept) respond(text("too late"));
  RawClient client(running.port());
  client.say(get("/now"));
  CHECK(client.answer()->body == "now");
}

TEST_CASE("two hundred connections are served at once") {
  Running running;
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 200; ++i) clients.push_back(std::make_unique<RawClient>(running.port()));
  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = 0; i < clients.size(); ++i) {
      REQUIRE(clients[i]->say(post("/", std::to_string(i))));
    }
    for (std::size_t i = 0; i < clients.size(); ++i) {
      const auto answer = clients[i]->answer();
      REQUIRE(answer);
      CHECK(answer->body == "POST / " + std::to_string(i));
    }
  }
  CHECK(running.listener.connections() == 200);
}

TEST_CASE("connections over the limit wait until one closes") {
  Running running(echo, {.connections_max = 2});
  auto first = std::make_unique<RawClient>(running.port());
  RawClient second(running.port());
  first->say(get("/1"));
  second.say(get("/2"));
  REQUIRE(first->answer());
  REQUIRE(second.answer());
  RawClient third(running.port());
  third.say(get("/3"));
  third.patience = 100ms;
  CHECK_FALSE(third.answer());
  third.patience = 10s;
  first.reset();
  const auto answer = third.answer();
  REQUIRE(answer);
  CHECK(answer->body == "GET /3 ");
}

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
