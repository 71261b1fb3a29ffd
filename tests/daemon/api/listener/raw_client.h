#pragma once
// A client that says exactly the bytes it is told to, by a plain socket.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace deskd::test {

/// One answer as it came over the wire.
struct RawAnswer {
  int status = 0;
  std::string head;  // status line and header, in lower case
  std::string body;
};

/// Every read gives up after `patience`.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("can't connect");
    }
    const int one = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  }
  virtual ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// False when the other side has closed.
  bool say(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = send_some(bytes);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  void say_no_more() { ::shutdown(socket_, SHUT_WR); }

  /// The next answer; nothing when the connection ends or stays silent.
  std::optional<RawAnswer> answer(bool has_body = true) {
    while (read_.find("\r\n\r\n") == std::string::npos) {
      if (!read_more()) return std::nullopt;
    }
    const auto head_size = read_.find("\r\n\r\n") + 4;
    RawAnswer answer;
    for (const char c : read_.substr(0, head_size)) {
      answer.head.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
    }
    answer.status = std::stoi(answer.head.substr(9, 3));
    std::size_t size = 0;
    const auto length = answer.head.find("content-length: ");
    if (has_body && length != std::string::npos) size = std::stoul(answer.head.substr(length + 16));
    while (read_.size() < head_size + size) {
      if (!read_more()) return std::nullopt;
    }
    answer.body = read_.substr(head_size, size);
    read_.erase(0, head_size + size);
    return answer;
  }

  /// Whether the other side closes without saying anything more.
  bool is_closed() {
    if (!read_.empty()) return false;
    while (read_more()) {
    }
    return has_ended_ && read_.empty();
  }

  std::chrono::milliseconds patience{10'000};

 protected:
  // What a client that speaks TLS does otherwise. Not positive: the other side has closed.
  virtual ssize_t send_some(std::string_view bytes) {
    return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  virtual ssize_t receive_some(char* bytes, std::size_t size) {
    return ::recv(socket_, bytes, size, 0);
  }
  virtual bool has_received() const { return false; }
  int socket() const { return socket_; }

 private:
  bool read_more() {
    pollfd wanted{socket_, POLLIN, 0};
    if (!has_received() && ::poll(&wanted, 1, static_cast<int>(patience.count())) <= 0)
      return false;
    char bytes[16 * 1024];
    const auto count = receive_some(bytes, sizeof bytes);
    if (count <= 0) {
      has_ended_ = true;
      return false;
    }
    read_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }

  int socket_;
  std::string read_;
  bool has_ended_ = false;
};

}  // namespace deskd::test
