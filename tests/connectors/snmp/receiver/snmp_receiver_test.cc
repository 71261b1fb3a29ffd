#include "connectors/snmp/receiver/snmp_receiver.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "tests/connectors/snmp/receiver/live_source.h"

using namespace deskd;
using namespace deskd::connectors;

namespace {

/// A sender with a socket of its own.
class Sender {
 public:
  explicit Sender(int family = AF_INET)
      : family_(family), descriptor_(socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~Sender() { close(descriptor_); }

  bool send(std::uint16_t port, const std::string& bytes) {
    sockaddr_storage to{};
    socklen_t size = sizeof(sockaddr_in);
    if (family_ == AF_INET6) {
      auto* v6 = reinterpret_cast<sockaddr_in6*>(&to);
      v6->sin6_family = AF_INET6;
      v6->sin6_port = htons(port);
      v6->sin6_addr = in6addr_loopback;
      size = sizeof *v6;
    } else {
      auto* v4 = reinterpret_cast<sockaddr_in*>(&to);
      v4->sin_family = AF_INET;
      v4->sin_port = htons(port);
      v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
    return sendto(descriptor_, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&to),
                  size) == static_cast<ssize_t>(bytes.size());
  }
  /// To all nodes of a link; false where that has no such group.
  bool send_to_group(unsigned interface, std::uint16_t port, const std::string& bytes) {
    sockaddr_in6 to{};
    to.sin6_family = AF_INET6;
    to.sin6_port = htons(port);
    to.sin6_scope_id = interface;
    inet_pton(AF_INET6, "ff02::1", &to.sin6_addr);
    return sendto(descriptor_, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&to),
                  sizeof to) == static_cast<ssize_t>(bytes.size());
  }
  /// The next answer; empty after ten seconds.
  std::string answer() {
    std::string bytes(65'536, '\0');
    const auto size = recv(descriptor_, bytes.data(), bytes.size(), 0);
    bytes.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return bytes;
  }

 private:
  const int family_;
  const int descriptor_;
};

}  // namespace

TEST_CASE("several listeners, of both families; informs are answered by the one that was asked") {
  SnmpSettings settings = open_settings();
  settings.listen = {{"127.0.0.1", 0}, {"::1", 0}, {"0.0.0.0", 0}};
  LiveSource source(std::move(settings));
  const auto ports = source.receiver.ports();
  REQUIRE(ports.size() == 3);
  CHECK(source.receiver.state().state == "listening");
  CHECK(source.receiver.state().detail.empty());
  for (const std::size_t at : {0, 1, 2}) {
    CAPTURE(at);
    Sender sender(at == 1 ? AF_INET6 : AF_INET);
    REQUIRE(sender.send(ports[at], link_down_inform(static_cast<std::int32_t>(at))));
    CHECK(sender.answer().size() == link_down_inform(static_cast<std::int32_t>(at)).size());
  }
  const auto alerts = source.alerts(3);
  REQUIRE(alerts.size() == 3);
  CHECK(alerts[0].sender == "127.0.0.1");
  CHECK(alerts[1].sender == "::1");
}

TEST_CASE(
    "two thousand informs in flight while the disk syncs: none is answered before, each after") {
  LiveSource source;
  source.hold(true);
  const std::uint16_t port = source.receiver.ports().at(0);
  // A sender's own socket has room for a few hundred answers.
  constexpr int senders = 20;
  constexpr int informs = 2'000;
  std::deque<Sender> all(senders);
  for (int i = 0; i < informs; ++i) {
    REQUIRE(all[static_cast<std::size_t>(i % senders)].send(port, link_down_inform(1'000 + i)));
  }
  CHECK(source.becomes_true([&] { return source.books().in_flight == informs; }));
  source.hold(false);
  std::set<std::int32_t> answered;
  for (int i = 0; i < informs; ++i) {
    const std::string answer = all[static_cast<std::size_t>(i % senders)].answer();
    const auto message = read_message(answer);
    REQUIRE(message);
    answered.insert(request_id_of(message->pdu));
  }
  CHECK(answered.size() == informs);
  CHECK(source.dropped(DropReason::kernel) == 0);
}

TEST_CASE("a source that stops answers what it has taken") {
  LiveSource source;
  source.hold(true);
  Sender sender;
  REQUIRE(sender.send(source.receiver.ports().at(0), link_down_inform(1)));
  CHECK(source.becomes_true([&] { return source.books().in_flight == 1; }));
  std::thread disk([&] { source.hold(false); });
  source.receiver.stop();
  disk.join();
  CHECK_FALSE(sender.answer().empty());
  CHECK(source.receiver.state().state == "not listening");
}

namespace {

/// While it is closed the thread of a source stands still, at its next change of state.
class Gate {
 public:
  void pass() {
    is_waited_at_ = true;
    std::unique_lock lock(mutex_);
    opened_.wait_for(lock, std::chrono::seconds{10}, [this] { return is_open_; });
  }
  bool is_waited_at() const { return is_waited_at_; }
  void open() {
    {
      const std::lock_guard lock(mutex_);
      is_open_ = true;
    }
    opened_.notify_all();
  }

 private:
  std::atomic<bool> is_waited_at_ = false;
  std::mutex mutex_;
  std::condition_variable opened_;
  bool is_open_ = false;
};

/// 300 traps wait in the source's first socket while its thread stands still.
void let_traps_wait(LiveSource& source, Gate& gate) {
  source.on_change = [&gate] { gate.pass(); };
  SnmpSettings settings = open_settings();
  settings.listen.push_back({"::1", 0});
  source.receiver.adopt(setup_of(settings, 2));
  REQUIRE(source.becomes_true([&] { return gate.is_waited_at(); }));
  Sender sender;
  const std::uint16_t port = source.receiver.ports().at(0);
  for (int i = 0; i < 300; ++i) REQUIRE(sender.send(port, link_down_trap()));
}

}  // namespace

TEST_CASE("what waits in a socket when its source stops becomes alerts") {
  Gate gate;
  LiveSource source;
  let_traps_wait(source, gate);
  std::thread stopping([&] { source.receiver.stop(); });
  std::this_thread::sleep_for(std::chrono::milliseconds{50});  // until stop() has said so
  gate.open();
  stopping.join();
  CHECK(source.alerts(300).size() == 300);
}

TEST_CASE("what waits in a socket when a new setup closes it becomes alerts") {
  Gate gate;
  LiveSource source;
  let_traps_wait(source, gate);
  SnmpSettings settings = open_settings();
  settings.listen = {{"::1", 0}};
  source.receiver.adopt(setup_of(settings, 3));
  gate.open();
  CHECK(source.alerts(300).size() == 300);
  CHECK(source.becomes_true([&] { return source.receiver.ports().size() == 1; }));
}

TEST_CASE("a new address takes the port of one that goes, at once") {
  LiveSource source;
  const std::uint16_t port = source.receiver.ports().at(0);
  SnmpSettings settings = open_settings();
  settings.listen = {{"0.0.0.0", port}};
  std::atomic<bool> is_deaf = false;
  source.on_change = [&] { is_deaf = is_deaf || source.receiver.ports().empty(); };
  source.receiver.adopt(setup_of(settings, 2));
  CHECK(source.becomes_true([&] { return source.changes == 2; }));
  CHECK_FALSE(is_deaf);
  CHECK(source.receiver.state().detail == "");
  CHECK(source.receiver.ports() == std::vector<std::uint16_t>{port});
}

TEST_CASE("two listeners on any free port of one host stay two") {
  SnmpSettings settings = open_settings();
  settings.listen = {{"127.0.0.1", 0}, {"127.0.0.1", 0}};
  LiveSource source(settings);
  const auto ports = source.receiver.ports();
  CHECK(ports.at(0) != ports.at(1));
  settings.listen.push_back({"::1", 0});
  source.receiver.adopt(setup_of(settings, 2));
  CHECK(source.becomes_true([&] { return source.receiver.ports().size() == 3; }));
  CHECK(source.receiver.ports().at(0) == ports[0]);
  CHECK(source.receiver.ports().at(1) == ports[1]);
}

TEST_CASE("an address in use is a state that heals by itself") {
  LiveSource first;
  SnmpSettings settings = open_settings();
  const std::uint16_t port = first.receiver.ports().at(0);
  settings.listen = {{"127.0.0.1", port}, {"127.0.0.1", 0}};
  LiveSource second(settings);
  CHECK(second.receiver.state().state == "listening");
  CHECK(second.receiver.state().detail.find("Address already in use") != std::string::npos);
  CHECK(second.changes == 1);
  first.receiver.stop();
  CHECK(second.becomes_true([&] { return second.receiver.ports().size() == 2; }));
  CHECK(second.receiver.state().detail.empty());
  CHECK(second.changes == 2);
}

TEST_CASE("a new setup keeps the sockets that stay, and loses nothing that waits in them") {
  LiveSource source;
  const std::uint16_t port = source.receiver.ports().at(0);
  Sender sender;
  REQUIRE(sender.send(port, link_down_inform(1)));
  CHECK_FALSE(sender.answer().empty());
  SnmpSettings settings = open_settings();
  settings.communities = {config::Secret("secret")};
  settings.listen.push_back({"::1", 0});
  source.receiver.adopt(setup_of(settings, 2));
  CHECK(source.becomes_true([&] { return source.receiver.ports().size() == 2; }));
  CHECK(source.receiver.ports().at(0) == port);
  REQUIRE(sender.send(port, link_down_inform(2, "secret")));
  CHECK_FALSE(sender.answer().empty());
  REQUIRE(sender.send(port, link_down_inform(3, "public")));
  CHECK(source.becomes_true([&] { return source.dropped(DropReason::wrong_community) == 1; }));
}

TEST_CASE("an inform to a group is answered from an address of this machine") {
  SnmpSettings settings = open_settings();
  settings.listen = {{"::", 0}};
  LiveSource source(settings);
  Sender sender(AF_INET6);
  constexpr unsigned interfaces = 32;
  bool is_sent = false;
  for (unsigned each = 1; each <= interfaces && !is_sent; ++each) {
    is_sent = sender.send_to_group(each, source.receiver.ports().at(0), link_down_inform(1));
  }
  if (!is_sent) return;  // no link of this machine has IPv6
  CHECK_FALSE(sender.answer().empty());
}

TEST_CASE("what the kernel has no room for is counted") {
  const auto socket = UdpSocket::open({"127.0.0.1", 0});
  REQUIRE(socket);
  CHECK((*socket)->kernel_drops() == 0);
  CHECK((*socket)->buffer_bytes() > 100'000);
  Sender sender;
  const std::string large(60'000, 'x');
  const std::size_t more_than_fits = (*socket)->buffer_bytes() / large.size() * 2 + 100;
  for (std::size_t i = 0; i < more_than_fits; ++i) sender.send((*socket)->port(), large);
  CHECK((*socket)->kernel_drops() > 0);
}
