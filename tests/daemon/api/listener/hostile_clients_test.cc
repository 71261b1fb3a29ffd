#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stdexcept>
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

TEST_CASE("what is no request is refused and the connection closed") {
  struct Row {
    const char* name;
    std::string bytes;
    int status;
  };
  const std::string long_header(40'000, 'x');
  const std::string endless(limits::header_bytes_max + 64 * limits::KiB, 'a');
  const std::string smuggled = get("/smuggled");
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
      {"a chunk whose line never ends",
       "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;" + endless, 431},
      {"a trailer that never ends",
       "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nx: " + endless, 431},
      {"a body whose end a coding hides",
       "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n" + smuggled, 400},
      {"a coding behind chunked",
       "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n" + smuggled, 400},
      {"two codings in two headers",
       "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
       "gzip\r\n\r\n" +
           smuggled,
       400},
      {"a coding that nobody undoes",
       "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, "
       "chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
       400},
      {"chunks in HTTP/1.0",
       "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", 400},
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

TEST_CASE("headers stand before the body: what comes behind it is none") {
  Running running([](const HttpRequest& request, HttpRespond respond) {
    respond(text(std::string(request.header("x-desk-actor")) + "," +
                 std::string(request.header("authorization")) + "," + request.body));
  });
  RawClient client(running.port());
  client.say(
      "POST / HTTP/1.1\r\nHost: a\r\nX-Desk-Actor: anna\r\nTransfer-Encoding: chunked\r\n\r\n"
      "4\r\nbody\r\n0\r\nAuthorization: Bearer x\r\nX-Desk-Actor: ben\r\n\r\n");
  CHECK(client.answer()->body == "anna,,body");
  client.say(get("/next"));
  CHECK(client.answer()->body == ",,");
}

TEST_CASE("HTTP/1.0 is not told to continue") {
  Running running;
  RawClient client(running.port());
  client.say("POST /a HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
  client.say("b");
  const auto answer = client.answer();
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->body == "POST /a b");
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
  serve_at_once<RawClient>(running, 200);
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

TEST_CASE("questions are turned away while nobody reads the answers") {
  const std::string large(32 * limits::MiB, 'a');  // more than sockets hold
  Running running(
      [&](const HttpRequest& request, HttpRespond respond) {
        respond(text(request.path == "/large" ? large : "small"));
      },
      {.answers_bytes_max = 40 * limits::MiB});
  auto silent = std::make_unique<RawClient>(running.port());
  silent->say(get("/large"));
  REQUIRE(silent->answer(false));  // the head; of the rest it reads nothing

  RawClient client(running.port());
  client.say(get("/large"));
  const auto refused = client.answer();
  REQUIRE(refused);
  CHECK(refused->status == 503);
  CHECK(refused->head.find("retry-after: 1\r\n") != std::string::npos);
  client.say(get("/small"));
  CHECK(client.answer()->body == "small");
  client.say(post("/large", ""));
  CHECK(client.answer()->body == large);

  silent.reset();
  for (int tries = 0; tries < 100; ++tries) {  // until the listener has seen that it left
    client.say(get("/large"));
    if (client.answer()->status == 200) return;
    std::this_thread::sleep_for(10ms);
  }
  FAIL("what nobody waits for any more still counts");
}
