#include "tests/bench/load/http_connection.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <system_error>

namespace deskd::bench {
namespace {

std::system_error failed(const char* what) {
  return std::system_error(errno, std::generic_category(), what);
}

std::optional<std::size_t> content_length(std::string_view head) {
  constexpr std::string_view name = "content-length:";
  while (!head.empty()) {
    const std::size_t end = head.find("\r\n");
    std::string_view line = head.substr(0, end);
    head.remove_prefix(end == std::string_view::npos ? head.size() : end + 2);
    if (line.size() < name.size() || ::strncasecmp(line.data(), name.data(), name.size()) != 0) {
      continue;
    }
    line.remove_prefix(name.size());
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    std::size_t length = 0;
    const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), length);
    if (error == std::errc{}) return length;
  }
  return std::nullopt;
}

}  // namespace

HttpConnection::HttpConnection(std::uint16_t port)
    : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (descriptor_ < 0) throw failed("socket");
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    const auto error = failed("connect");
    ::close(descriptor_);
    throw error;
  }
  const int one = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  ::fcntl(descriptor_, F_SETFL, O_NONBLOCK);
}

HttpConnection::~HttpConnection() { ::close(descriptor_); }

HttpConnection::Went HttpConnection::begin(std::string_view request) {
  unwritten_ = request;
  read_.clear();
  status_ = 0;
  return write();
}

HttpConnection::Went HttpConnection::write() {
  while (!unwritten_.empty()) {
    const auto written =
        ::send(descriptor_, unwritten_.data(), unwritten_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno == EAGAIN ? Went::on : Went::closed;
    unwritten_.remove_prefix(static_cast<std::size_t>(written));
  }
  return Went::on;
}

HttpConnection::Came HttpConnection::read() {
  std::array<char, 16'384> part;
  while (true) {
    const auto got = ::recv(descriptor_, part.data(), part.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN ? Came::not_all : Came::end;
    if (got == 0) return Came::end;
    read_.append(part.data(), static_cast<std::size_t>(got));
    if (const Came came = parse(); came != Came::not_all) return came;
  }
}

HttpConnection::Came HttpConnection::parse() {
  const std::string_view text = read_;
  const std::size_t end_of_head = text.find("\r\n\r\n");
  if (end_of_head == std::string_view::npos) return Came::not_all;
  const std::string_view head = text.substr(0, end_of_head);
  constexpr std::size_t status_place = 9;  // after "HTTP/1.1 "
  constexpr int no_content = 204;          // RFC 9110, section 8.6: it has no Content-Length
  const auto [stop, error] = std::from_chars(head.data() + std::min(status_place, head.size()),
                                             head.data() + head.size(), status_);
  const auto length = status_ == no_content ? 0 : content_length(head);
  if (!head.starts_with("HTTP/1.") || error != std::errc{} || !length) {
    throw std::runtime_error("not an answer that this generator reads: " + std::string(head));
  }
  return text.size() >= end_of_head + 4 + *length ? Came::answer : Came::not_all;
}

}  // namespace deskd::bench
