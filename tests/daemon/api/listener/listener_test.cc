#include <doctest/doctest.h>

#include <chrono>
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
