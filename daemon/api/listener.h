#pragma once
// The HTTP/1.1 listener: reads requests off sockets, hands them to one function, writes the answers
// in the order of the requests.

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "config/limits.h"
#include "config/tls_identity.h"
#include "connectors/webhook/http_message.h"

namespace deskd::api {

struct ListenerOptions {
  std::string host = "127.0.0.1";  // an address, IPv6 with or without brackets
  std::uint16_t port = 0;          // 0: any that is free
  unsigned threads = 2;
  std::size_t connections_max = limits::connections_max;
  std::size_t answers_bytes_max = limits::answers_writing_max;
  std::chrono::milliseconds request_timeout = limits::request_timeout;
  std::chrono::milliseconds idle_timeout = limits::idle_timeout;
  std::chrono::milliseconds stop_within = limits::answer_within_stop;
};

/// Owns its threads, which call `serve`; `serve` must not block for long. The respond function may
/// be called on any thread, also after `stop` (then nobody hears it); dropped without a call it
/// answers 500. A request that is too large gets 413 or 431, one that is not HTTP gets 400, and the
/// connection is closed; one that does not arrive within its time is dropped. While answers that
/// nobody reads take `answers_bytes_max`, a GET gets 503 instead of more than a small answer. The
/// handshake of a TLS connection has the time of one request.
class Listener {
 public:
  using Options = ListenerOptions;
  using Serve = std::function<void(connectors::HttpRequest, connectors::HttpRespond)>;

  Listener(Options options, Serve serve);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Fails with a sentence that names the address: in use, not of this machine, not allowed, no
  /// address.
  std::expected<void, std::string> start();
  /// Accepts nothing more, closes idle connections, waits at most `stop_within` for requests under
  /// way to be answered, then closes all and joins. Not on a thread of the listener. Again:
  /// nothing.
  void stop();

  /// Connections accepted from now on speak TLS with this identity; nullptr: plain HTTP. Those that
  /// are established stay as they are. Any thread.
  void set_tls(std::shared_ptr<const config::TlsIdentity> identity);

  std::uint16_t port() const;
  std::size_t connections() const;

  /// Runs `work` on one of the threads; after `stop` drops it. Any thread.
  void post(std::move_only_function<void()> work);

 private:
  class Engine;
  const std::unique_ptr<Engine> engine_;
};

}  // namespace deskd::api
