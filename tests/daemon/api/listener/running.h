#pragma once
// A listener that runs for the length of a test, and what is said to it.

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/api/listener.h"

namespace deskd::test {

inline connectors::HttpAnswer text(std::string body) {
  return {200, "text/plain", std::move(body), {}};
}

/// Answers with method, path and body.
inline void echo(connectors::HttpRequest request, connectors::HttpRespond respond) {
  respond(text(request.method + " " + request.path + " " + request.body));
}

struct Running {
  explicit Running(api::Listener::Serve serve = echo, api::Listener::Options options = {})
      : listener(std::move(options), std::move(serve)) {
    const auto started = listener.start();
    REQUIRE_MESSAGE(started, (started ? "" : started.error()));
  }
  std::uint16_t port() const { return listener.port(); }
  api::Listener listener;
};

inline std::string get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: desk\r\n\r\n";
}

inline std::string post(std::string_view path, std::string_view body) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: desk\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

/// `count` clients, each of which has three requests answered while the others are connected too.
template <class Client>
void serve_at_once(Running& running, std::size_t count) {
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 0; i < count; ++i) {
    clients.push_back(std::make_unique<Client>(running.port()));
  }
  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = 0; i < count; ++i) {
      REQUIRE(clients[i]->say(post("/", std::to_string(i))));
    }
    for (std::size_t i = 0; i < count; ++i) {
      const auto answer = clients[i]->answer();
      REQUIRE(answer);
      CHECK(answer->body == "POST / " + std::to_string(i));
    }
  }
  CHECK(running.listener.connections() == count);
}

}  // namespace deskd::test
