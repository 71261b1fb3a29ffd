#pragma once
// One keep-alive connection to 127.0.0.1, one request at a time on it: of an answer it reads the
// status and the length, nothing else.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace deskd::bench {

/// Non-blocking once it is made. One thread. Throws std::system_error when it can't connect, and
/// std::runtime_error on an answer that is no HTTP/1.1 with a Content-Length.
class HttpConnection {
 public:
  explicit HttpConnection(std::uint16_t port);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  int descriptor() const { return descriptor_; }

  enum class Went { on, closed };
  /// Begins a request; `request` must stay as it is until it is written.
  Went begin(std::string_view request);
  /// Writes what is left of it.
  Went write();
  bool has_to_write() const { return !unwritten_.empty(); }

  enum class Came { not_all, answer, end };
  Came read();
  int status() const { return status_; }

 private:
  Came parse();

  int descriptor_ = -1;
  std::string_view unwritten_;
  std::string read_;
  int status_ = 0;
};

}  // namespace deskd::bench
