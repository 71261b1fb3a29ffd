#include "daemon/notify.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>

using deskd::daemon::Notify;
using namespace std::chrono_literals;

namespace {

// The manager's end of the protocol: a datagram socket at a path, or at an abstract name.
class Manager {
 public:
  explicit Manager(std::string address) : address_(std::move(address)) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, address_.data(), address_.size());
    if (is_abstract()) name.sun_path[0] = '\0';
    const auto size =
        static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size() + !is_abstract());
    socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&name), size) == 0);
  }
  ~Manager() {
    ::close(socket_);
    if (!is_abstract()) std::filesystem::remove(address_);
  }
  // The next message; "nothing" when none has come. Local datagrams arrive before sendto returns.
  std::string hear() {
    char buffer[4096];
    const ssize_t size = ::recv(socket_, buffer, sizeof buffer, 0);
    return size < 0 ? "nothing" : std::string(buffer, static_cast<std::size_t>(size));
  }
  const std::string& address() const { return address_; }

 private:
  bool is_abstract() const { return address_.front() == '@'; }

  std::string address_;
  int socket_ = -1;
};

std::string unique(const std::string& start) { return start + std::to_string(::getpid()); }

// Sets a variable for the life of this object.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    ::setenv(name, value.c_str(), 1);
  }
  ~Variable() { ::unsetenv(name_); }

 private:
  const char* name_;
};

}  // namespace

TEST_CASE("each word of the protocol reaches the manager, by path and by abstract name") {
  for (const std::string& address :
       {unique("/tmp/deskd-notify-test-"), unique("@deskd-notify-test-")}) {
    CAPTURE(address);
    Manager manager{address};
    const Notify notify{address};
    CHECK(notify.has_manager());
    CHECK(manager.hear() == "nothing");
    notify.ready("listens on 127.0.0.1:9480");
    CHECK(manager.hear() == "READY=1\nSTATUS=listens on 127.0.0.1:9480");
    notify.alive();
    CHECK(manager.hear() == "WATCHDOG=1");
    notify.status("ledger: no room");
    CHECK(manager.hear() == "STATUS=ledger: no room");
    notify.extend_timeout(20s);
    CHECK(manager.hear() == "EXTEND_TIMEOUT_USEC=20000000");
    notify.stopping("drains");
    CHECK(manager.hear() == "STOPPING=1\nSTATUS=drains");
  }
}

TEST_CASE("a reload carries the monotonic time, which systemd 253 and later ask for") {
  Manager manager{unique("@deskd-notify-reload-")};
  Notify{manager.address()}.reloading();
  const std::string message = manager.hear();
  CHECK(message.starts_with("RELOADING=1\nMONOTONIC_USEC="));
  CHECK(std::stoull(message.substr(message.rfind('=') + 1)) > 0);
}

TEST_CASE("a status can't smuggle in another assignment") {
  Manager manager{unique("@deskd-notify-lines-")};
  Notify{manager.address()}.status("bad\nMAINPID=1\r\nSTOPPING=1");
  CHECK(manager.hear() == "STATUS=bad MAINPID=1  STOPPING=1");
}

TEST_CASE("without a manager every call does nothing") {
  for (const std::string& address : {std::string{}, std::string{"/"}, std::string{"relative/path"},
                                     std::string{"vsock:2:1234"}, std::string(200, '/')}) {
    CAPTURE(address);
    const Notify notify{address};
    CHECK_FALSE(notify.has_manager());
    notify.ready("fine");
    notify.alive();
  }
  const Notify gone{"/nonexistent/socket"};
  CHECK(gone.has_manager());
  gone.ready("nobody hears it, nobody waits");
}

TEST_CASE("the environment names the manager and how often it wants to hear") {
  Manager manager{unique("@deskd-notify-environment-")};
  const Variable socket{"NOTIFY_SOCKET", manager.address()};
  SUBCASE("without a watchdog") { CHECK_FALSE(Notify::from_environment().watchdog_interval()); }
  SUBCASE("with one: twice as often as it demands") {
    const Variable interval{"WATCHDOG_USEC", "30000000"};
    CHECK(Notify::from_environment().watchdog_interval() == 15s);
  }
  SUBCASE("one for this process") {
    const Variable interval{"WATCHDOG_USEC", "30000000"};
    const Variable pid{"WATCHDOG_PID", std::to_string(::getpid())};
    CHECK(Notify::from_environment().watchdog_interval() == 15s);
  }
  SUBCASE("one for another process") {
    const Variable interval{"WATCHDOG_USEC", "30000000"};
    const Variable pid{"WATCHDOG_PID", "1"};
    CHECK_FALSE(Notify::from_environment().watchdog_interval());
  }
  for (const char* bad : {"", "0", "-5", "12s", "99999999999999999999999"}) {
    CAPTURE(bad);
    const Variable interval{"WATCHDOG_USEC", bad};
    CHECK_FALSE(Notify::from_environment().watchdog_interval());
  }
  Notify::from_environment().alive();
  CHECK(manager.hear() == "WATCHDOG=1");
}
