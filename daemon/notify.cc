#include "daemon/notify.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>

namespace deskd::daemon {

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::chrono::microseconds> watchdog_from_environment() {
  const auto allowed = number(environment("WATCHDOG_USEC"));
  if (!allowed || *allowed == 0) return std::nullopt;
  const std::string pid = environment("WATCHDOG_PID");
  if (!pid.empty() && number(pid) != static_cast<std::uint64_t>(::getpid())) return std::nullopt;
  return std::chrono::microseconds{*allowed / 2};
}

// A line end would start another assignment of the protocol.
std::string one_line(std::string_view text) {
  std::string line{text};
  std::replace_if(line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return line;
}

// An abstract name starts with a zero byte and has none at its end; a path ends with one.
std::optional<std::pair<sockaddr_un, socklen_t>> local_address(std::string_view text) {
  sockaddr_un address{};
  if (text.size() < 2 || text.size() >= sizeof address.sun_path) return std::nullopt;
  if (text.front() != '/' && text.front() != '@') return std::nullopt;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, text.data(), text.size());
  const bool abstract = text.front() == '@';
  if (abstract) address.sun_path[0] = '\0';
  const std::size_t size = offsetof(sockaddr_un, sun_path) + text.size() + (abstract ? 0 : 1);
  return std::pair{address, static_cast<socklen_t>(size)};
}

}  // namespace

Notify::Notify(std::string address, std::optional<std::chrono::microseconds> watchdog_interval)
    : address_(std::move(address)), watchdog_interval_(watchdog_interval) {
  if (!local_address(address_)) address_.clear();
}

Notify Notify::from_environment() {
  return Notify{environment("NOTIFY_SOCKET"), watchdog_from_environment()};
}

void Notify::ready(std::string_view status) const {
  send(fmt::format("READY=1\nSTATUS={}", one_line(status)));
}

void Notify::reloading() const {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const auto since_boot = std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
  send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}",
                   std::chrono::duration_cast<std::chrono::microseconds>(since_boot).count()));
}

void Notify::stopping(std::string_view status) const {
  send(fmt::format("STOPPING=1\nSTATUS={}", one_line(status)));
}

void Notify::status(std::string_view line) const { send("STATUS=" + one_line(line)); }

void Notify::alive() const { send("WATCHDOG=1"); }

void Notify::extend_timeout(std::chrono::microseconds more) const {
  send(fmt::format("EXTEND_TIMEOUT_USEC={}", more.count()));
}

void Notify::send(std::string_view message) const {
  const auto address = local_address(address_);
  if (!address) return;
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return;
  const auto* to = reinterpret_cast<const sockaddr*>(&address->first);
  ::sendto(socket, message.data(), message.size(), MSG_NOSIGNAL, to, address->second);
  ::close(socket);
}

}  // namespace deskd::daemon
