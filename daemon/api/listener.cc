#include "daemon/api/listener.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/error.hpp>

#include "daemon/api/loop.h"
#include "daemon/api/session.h"

namespace deskd::api {

namespace net = boost::asio;
using tcp = net::ip::tcp;
using Error = boost::beast::error_code;

namespace {

// After an accept that failed, as with no file descriptor left.
constexpr std::chrono::milliseconds accept_again_after{100};

// How often deadlines are looked at: an eighth of the shortest, within these.
constexpr std::chrono::milliseconds sweep_min{5};
constexpr std::chrono::milliseconds sweep_max{500};

std::string why_not(const Error& error, const std::string& where) {
  if (error == net::error::address_in_use) {
    return fmt::format("can't listen on {}: another program listens there already", where);
  }
  if (error == boost::system::errc::address_not_available) {
    return fmt::format("can't listen on {}: it is no address of this machine", where);
  }
  if (error == boost::system::errc::permission_denied) {
    return fmt::format("can't listen on {}: ports below 1024 need the right to bind them", where);
  }
  return fmt::format("can't listen on {}: {}", where, error.message());
}

std::vector<std::unique_ptr<Loop>> make_loops(const Listener::Options& options) {
  const auto shortest = std::min(options.request_timeout, options.idle_timeout);
  const auto sweep = std::clamp(shortest / 8, sweep_min, sweep_max);
  std::vector<std::unique_ptr<Loop>> loops(std::max(1U, options.threads));
  for (auto& loop : loops) loop = std::make_unique<Loop>(sweep);
  return loops;
}

}  // namespace

class Listener::Engine {
 public:
  Engine(Options options, Serve serve);
  ~Engine() { stop(); }

  std::expected<void, std::string> start();
  void stop();
  void set_tls(std::shared_ptr<const config::TlsIdentity> identity);
  std::uint16_t port() const { return port_; }
  std::size_t connections() const;
  void post(std::move_only_function<void()> work);

 private:
  Error open(const tcp::endpoint& endpoint);
  void accept();
  void on_accept(Error error, Stream::Socket socket, Loop& loop);
  void on_closed();
  Loop& first() { return *loops_.front(); }

  const std::shared_ptr<SessionRoom> room_;
  std::vector<std::unique_ptr<Loop>> loops_;
  boost::asio::basic_socket_acceptor<tcp, net::io_context::executor_type>
      acceptor_;  // of the first
  net::steady_timer pause_;
  std::uint16_t port_ = 0;
  std::atomic<std::size_t> posted_ = 0;
  std::size_t accepted_ = 0;  // on the first loop
  bool runs_ = false;

  mutable std::mutex mutex_;
  std::condition_variable closed_;
  std::size_t connections_ = 0;                          // under mutex_
  bool is_full_ = false;                                 // under mutex_; accepting is suspended
  std::shared_ptr<const config::TlsIdentity> identity_;  // under mutex_
};

Listener::Engine::Engine(Options options, Serve serve)
    : room_(std::make_shared<SessionRoom>()),
      loops_(make_loops(options)),
      acceptor_(first().io()),
      pause_(first().io()) {
  room_->options = std::move(options);
  room_->serve = std::move(serve);
  room_->on_closed = [this] { on_closed(); };
}

Error Listener::Engine::open(const tcp::endpoint& endpoint) {
  Error error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(net::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(net::socket_base::max_listen_connections, error);
  if (!error) port_ = acceptor_.local_endpoint(error).port();
  return error;
}

std::expected<void, std::string> Listener::Engine::start() {
  std::string host = room_->options.host;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  Error error;
  const auto address = net::ip::make_address(host, error);
  if (error) return std::unexpected(fmt::format("can't listen on {}: it is no IP address", host));
  if (const Error failed = open({address, room_->options.port})) {
    const bool is_v6 = address.is_v6();
    return std::unexpected(why_not(failed, fmt::format("{}{}{}:{}", is_v6 ? "[" : "", host,
                                                       is_v6 ? "]" : "", room_->options.port)));
  }
  net::post(first().io(), [this] { accept(); });
  for (std::size_t i = 0; i < loops_.size(); ++i) loops_[i]->start(fmt::format("http-{}", i + 1));
  runs_ = true;
  return {};
}

void Listener::Engine::accept() {
  if (room_->stopping) return;
  {
    const std::lock_guard lock(mutex_);
    is_full_ = connections_ >= room_->options.connections_max;
    if (is_full_) return;
  }
  Loop& loop = *loops_[accepted_ % loops_.size()];
  acceptor_.async_accept(loop.io(), [this, &loop](Error error, Stream::Socket socket) {
    on_accept(error, std::move(socket), loop);
  });
}

void Listener::Engine::on_accept(Error error, Stream::Socket socket, Loop& loop) {
  if (room_->stopping) return;
  if (error) {
    pause_.expires_after(accept_again_after);
    pause_.async_wait([this](Error) { accept(); });
    return;
  }
  ++accepted_;
  Error ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  std::shared_ptr<Session> session;
  {
    const std::lock_guard lock(mutex_);
    session = std::make_shared<Session>(std::move(socket), identity_, room_, loop);
    ++connections_;
  }
  net::post(loop.io(), [&loop, session = std::move(session)] {
    loop.keep(session);
    session->start();
  });
  accept();
}

void Listener::Engine::on_closed() {
  bool accepts_again = false;
  {
    const std::lock_guard lock(mutex_);
    --connections_;
    accepts_again = std::exchange(is_full_, false);
  }
  closed_.notify_all();
  if (accepts_again) net::post(first().io(), [this] { accept(); });
}

void Listener::Engine::stop() {
  if (!std::exchange(runs_, false)) return;
  room_->stopping = true;
  net::post(first().io(), [this] {
    Error ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  });
  for (const auto& loop : loops_) loop->stop_sessions();
  {
    std::unique_lock lock(mutex_);
    closed_.wait_for(lock, room_->options.stop_within, [this] { return connections_ == 0; });
  }
  {
    const std::unique_lock lock(room_->gate);
    room_->is_open = false;
  }
  for (const auto& loop : loops_) loop->stop();
  for (const auto& loop : loops_) loop->clear();
}

void Listener::Engine::set_tls(std::shared_ptr<const config::TlsIdentity> identity) {
  const std::lock_guard lock(mutex_);
  identity_.swap(identity);
}

std::size_t Listener::Engine::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

void Listener::Engine::post(std::move_only_function<void()> work) {
  const std::shared_lock lock(room_->gate);
  if (!room_->is_open) return;
  net::post(loops_[posted_++ % loops_.size()]->io(), std::move(work));
}

Listener::Listener(Options options, Serve serve)
    : engine_(std::make_unique<Engine>(std::move(options), std::move(serve))) {}
Listener::~Listener() = default;
std::expected<void, std::string> Listener::start() { return engine_->start(); }
void Listener::stop() { engine_->stop(); }
void Listener::set_tls(std::shared_ptr<const config::TlsIdentity> identity) {
  engine_->set_tls(std::move(identity));
}
std::uint16_t Listener::port() const { return engine_->port(); }
std::size_t Listener::connections() const { return engine_->connections(); }
void Listener::post(std::move_only_function<void()> work) { engine_->post(std::move(work)); }

}  // namespace deskd::api
