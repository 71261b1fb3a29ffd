#pragma once
// The bytes of one connection, with or without TLS around them.

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include <openssl/ssl.h>
#include <boost/asio/async_result.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/error.hpp>

#include "config/tls_identity.h"

namespace deskd::api {

/// An AsyncStream of Asio that begins in the clear and may be secured once: then all that is read
/// and written goes through TLS. One type for both, so that what is built upon it is compiled once.
/// Lives on the thread of its io_context. To close the socket ends all that is under way, TLS too.
class Stream {
 public:
  /// In the clear, below TLS. It alone cancels and closes.
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp,
                                                  boost::asio::io_context::executor_type>;
  using Error = boost::beast::error_code;
  using executor_type = Socket::executor_type;

  explicit Stream(Socket socket) : tcp_(std::move(socket)) {}

  executor_type get_executor() { return tcp_.get_executor(); }
  Socket& tcp() { return tcp_; }
  bool is_secured() const { return tls_.has_value(); }

  /// Shakes hands as the server; `received` are the bytes that were read in the clear already. The
  /// handler gets how many of them it took. Once, and before any other use of TLS.
  template <class Buffers, class Handler>
  void async_secure(const config::TlsIdentity& identity, const Buffers& received,
                    Handler&& handler) {
    tls_.emplace(tcp_, ::SSL_new(identity.native()));
    tls_->async_handshake(boost::asio::ssl::stream_base::server, received,
                          std::forward<Handler>(handler));
  }

  /// Says that nothing follows, and waits for the other side to say so. Secured only.
  template <class Handler>
  void async_say_goodbye(Handler&& handler) {
    tls_->async_shutdown(std::forward<Handler>(handler));
  }

  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    return boost::asio::async_initiate<Handler, void(Error, std::size_t)>(
        [this](auto done, const Buffers& into) {
          if (tls_) return tls_->async_read_some(into, std::move(done));
          tcp_.async_read_some(into, std::move(done));
        },
        handler, buffers);
  }

  template <class Buffers, class Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    return boost::asio::async_initiate<Handler, void(Error, std::size_t)>(
        [this](auto done, const Buffers& from) {
          if (tls_) return tls_->async_write_some(from, std::move(done));
          tcp_.async_write_some(from, std::move(done));
        },
        handler, buffers);
  }

 private:
  using Tls = boost::asio::ssl::stream<Socket&>;

  Socket tcp_;
  std::optional<Tls> tls_;
};

}  // namespace deskd::api
