// The listener over TLS: the same HTTP, and what can go wrong before it.

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "config/tls_identity.h"
#include "tests/daemon/api/listener/running.h"
#include "tests/daemon/api/listener/tls_client.h"
#include "tests/support/certificates.h"

using namespace deskd;
using namespace deskd::test;
using namespace std::chrono_literals;
using api::Listener;
using connectors::HttpRequest;
using connectors::HttpRespond;

namespace {

std::shared_ptr<const config::TlsIdentity> identity(const std::string& name) {
  const auto pair = make_certificate(name);
  const auto made = config::TlsIdentity::make(pair.certificate, pair.key);
  REQUIRE(made);
  return *made;
}

struct RunningTls : Running {
  explicit RunningTls(Listener::Serve serve = echo, Listener::Options options = {})
      : Running(std::move(serve), std::move(options)) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL's client writes without MSG_NOSIGNAL
    listener.set_tls(identity("first"));
  }
};

}  // namespace

TEST_CASE("requests are served over TLS 1.2 and 1.3 as in the clear") {
  RunningTls running;
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    CAPTURE(version);
    TlsClient client(running.port(), {version, version});
    CHECK(SSL_version(client.ssl()) == version);
    for (int i = 0; i < 3; ++i) {
      REQUIRE(client.say(post("/in/hooks", "body " + std::to_string(i))));
      CHECK(client.answer()->body == "POST /in/hooks body " + std::to_string(i));
    }
    std::string all;
    for (int i = 0; i < 20; ++i) all += get("/" + std::to_string(i));
    client.say(all);
    for (int i = 0; i < 20; ++i) {
      CHECK(client.answer()->body == "GET /" + std::to_string(i) + " ");
    }
    client.say("POST /x HTTP/1.1\r\nHost: d\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    CHECK(client.answer(false)->status == 100);
    client.say("hi");
    CHECK(client.answer()->body == "POST /x hi");
  }
}

TEST_CASE("older versions of TLS are not spoken") {
  RunningTls running;
  CHECK_THROWS(TlsClient(running.port(), {TLS1_VERSION, TLS1_1_VERSION}));
  TlsClient client(running.port());
  client.say(get("/"));
  CHECK(client.answer());
}

TEST_CASE("a body of the greatest size comes and goes through TLS") {
  RunningTls running(
      [](HttpRequest request, HttpRespond respond) { respond(text(std::move(request.body))); });
  TlsClient client(running.port());
  const std::string body(limits::body_bytes_max, 'a');
  REQUIRE(client.say(post("/", body)));
  const auto answer = client.answer();
  REQUIRE(answer);
  CHECK(answer->body.size() == body.size());
}

TEST_CASE("the end of a TLS connection is said") {
  RunningTls running;
  TlsClient client(running.port());
  client.say("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  REQUIRE(client.answer());
  CHECK(client.is_closed());
  CHECK(client.has_goodbye());
}

TEST_CASE("what is no request is refused over TLS too") {
  const std::vector<std::pair<std::string, int>> rows{
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
      {"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(40'000, 'x') + "\r\n\r\n", 431},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999999\r\n\r\n", 413},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
  };
  RunningTls running;
  for (const auto& [bytes, status] : rows) {
    CAPTURE(bytes.substr(0, 60));
    TlsClient client(running.port());
    client.say(bytes);
    const auto answer = client.answer();
    REQUIRE(answer);
    CHECK(answer->status == status);
    CHECK(client.is_closed());
  }
}

TEST_CASE("plain HTTP to a TLS port is told so") {
  RunningTls running;
  RawClient client(running.port());
  client.say(get("/"));
  const auto answer = client.answer();
  REQUIRE(answer);
  CHECK(answer->status == 400);
  CHECK(answer->body.find("https://") != std::string::npos);
  client.say_no_more();
  CHECK(client.is_closed());
}

TEST_CASE("what only begins like a handshake ends the connection, and nothing else") {
  RunningTls running;
  const std::string hello = client_hello();
  REQUIRE(hello.size() > 100);
  std::string damaged = hello;
  for (std::size_t i = 50; i < damaged.size(); i += 7) damaged[i] = static_cast<char>(~damaged[i]);
  for (const std::string& bytes : std::vector<std::string>{
           std::string("\x16\x03\x01\x02\x00\x01garbage", 13), std::string(4096, '\x16'),
           std::string("\x16\x03\x01\xff\xff", 5) + std::string(70'000, 'x'), damaged}) {
    CAPTURE(bytes.size());
    RawClient client(running.port());
    client.say(bytes);
    client.say_no_more();
    while (client.answer()) {
    }
    CHECK_FALSE(client.say(get("/")));
  }
  RawClient(running.port()).say(hello);  // and leaves
  TlsClient client(running.port());
  client.say(get("/still/here"));
  CHECK(client.answer()->body == "GET /still/here ");
}

TEST_CASE("a request behind the hello, in the clear, is not one") {
  std::atomic<int> served = 0;
  RunningTls running([&](HttpRequest request, HttpRespond respond) {
    ++served;
    echo(std::move(request), std::move(respond));
  });
  RawClient client(running.port());
  client.say(client_hello() + get("/smuggled"));
  client.say_no_more();
  client.patience = 2s;
  client.is_closed();
  CHECK(served == 0);
}

TEST_CASE("a handshake has the time of one request") {
  RunningTls running(echo, {.request_timeout = 200ms, .idle_timeout = 30s});
  const std::string hello = client_hello();
  const auto begun = std::chrono::steady_clock::now();
  RawClient silent(running.port());
  RawClient half(running.port());
  half.say(hello.substr(0, hello.size() / 2));
  RawClient whole(running.port());
  whole.say(hello);
  RawClient slow(running.port());
  bool is_open = true;
  for (std::size_t i = 0; is_open && std::chrono::steady_clock::now() - begun < 10s;) {
    if (i < hello.size()) is_open = slow.say(hello.substr(i++, 1));
    std::this_thread::sleep_for(20ms);
  }
  CHECK_FALSE(is_open);
  CHECK(silent.is_closed());
  CHECK(half.is_closed());
  whole.is_closed();
  for (const auto end = begun + 5s; running.listener.connections() > 0;) {
    REQUIRE(std::chrono::steady_clock::now() < end);
    std::this_thread::sleep_for(1ms);
  }
}

TEST_CASE("a client can't renegotiate") {
  RunningTls running;
  TlsClient client(running.port(), {TLS1_2_VERSION, TLS1_2_VERSION});
  client.say(get("/"));
  REQUIRE(client.answer());
  REQUIRE(SSL_renegotiate(client.ssl()) == 1);
  CHECK(SSL_do_handshake(client.ssl()) != 1);
  TlsClient other(running.port());
  other.say(get("/"));
  CHECK(other.answer());
}

TEST_CASE("a hundred TLS connections are served at once") {
  RunningTls running;
  serve_at_once<TlsClient>(running, 100);
}

TEST_CASE("connections in their handshake count, and make room when their time is over") {
  RunningTls running(echo, {.connections_max = 2, .request_timeout = 500ms});
  RawClient first(running.port());
  RawClient second(running.port());
  while (running.listener.connections() < 2) std::this_thread::sleep_for(1ms);
  const auto begun = std::chrono::steady_clock::now();
  TlsClient third(running.port());
  CHECK(std::chrono::steady_clock::now() - begun > 200ms);
  third.say(get("/"));
  CHECK(third.answer());
}

TEST_CASE("a new identity is shown to new connections, established ones stay") {
  RunningTls running;
  TlsClient before(running.port());
  before.say(get("/1"));
  REQUIRE(before.answer());
  running.listener.set_tls(identity("second"));
  TlsClient after(running.port());
  CHECK(before.server_name() == "first");
  CHECK(after.server_name() == "second");
  for (TlsClient* client : {&before, &after}) {
    client->say(get("/2"));
    CHECK(client->answer()->body == "GET /2 ");
  }
}

TEST_CASE("TLS is switched on and off for new connections") {
  Running running;
  std::signal(SIGPIPE, SIG_IGN);
  RawClient plain(running.port());
  plain.say(get("/"));
  REQUIRE(plain.answer());
  running.listener.set_tls(identity("first"));
  TlsClient secured(running.port());
  running.listener.set_tls(nullptr);
  RawClient again(running.port());
  for (RawClient* client : std::vector<RawClient*>{&plain, &secured, &again}) {
    client->say(get("/"));
    CHECK(client->answer()->status == 200);
  }
}

TEST_CASE("stop says goodbye to idle TLS connections, and waits for no handshake") {
  auto running = std::make_unique<RunningTls>();
  TlsClient idle(running->port());
  idle.say(get("/"));
  REQUIRE(idle.answer());
  RawClient half(running->port());
  half.say(client_hello().substr(0, 100));
  while (running->listener.connections() < 2) std::this_thread::sleep_for(1ms);
  const auto begun = std::chrono::steady_clock::now();
  std::thread stopping([&] { running->listener.stop(); });
  CHECK(idle.is_closed());
  CHECK(idle.has_goodbye());
  SSL_shutdown(idle.ssl());
  CHECK(half.is_closed());
  stopping.join();
  CHECK(std::chrono::steady_clock::now() - begun < 4s);
}
