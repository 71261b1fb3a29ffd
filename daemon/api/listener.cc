#include "daemon/api/listener.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/error.hpp>

#include "daemon/api/session.h"

namespace deskd::api {

namespace net = boost::asio;
using tcp = net::ip::tcp;
using Error = boost::beast::error_code;

namespace {

// After an accept that failed, as with no file descriptor left.
constexpr std::chrono::milliseconds accept_again_after{100};

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
  void on_accept(Error error, Stream::Socket socket);
  void on_closed(const std::shared_ptr<Session>& session);

  const std::shared_ptr<SessionRoom> room_;
  net::io_context io_;
  net::executor_work_guard<net::io_context::executor_type> work_;
  Stream::Strand strand_;   // of the acceptor
  tcp::acceptor acceptor_;  // on strand_, once it runs
  net::steady_timer pause_;
  std::vector<std::thread> threads_;
  std::uint16_t port_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable closed_;
  std::unordered_set<std::shared_ptr<Session>> sessions_;  // under mutex_
  bool is_full_ = false;                                   // under mutex_; accepting is suspended
  std::shared_ptr<const config::TlsIdentity> identity_;    // under mutex_
};

Listener::Engine::Engine(Options options, Serve serve)
    : room_(std::make_shared<SessionRoom>()),
      io_(static_cast<int>(options.threads)),
      work_(net::make_work_guard(io_)),
      strand_(net::make_strand(io_)),
      acceptor_(io_),
      pause_(strand_) {
  room_->options = std::move(options);
  room_->serve = std::move(serve);
  room_->on_closed = [this](const std::shared_ptr<Session>& session) { on_closed(session); };
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
  net::post(strand_, [this] { accept(); });
  for (unsigned i = 0; i < std::max(1U, room_->options.threads); ++i) {
    threads_.emplace_back([this] { io_.run(); });
  }
  return {};
}

void Listener::Engine::accept() {
  if (room_->stopping) return;
  {
    const std::lock_guard lock(mutex_);
    is_full_ = sessions_.size() >= room_->options.connections_max;
    if (is_full_) return;
  }
  acceptor_.async_accept(net::make_strand(io_),
                         net::bind_executor(strand_, [this](Error error, Stream::Socket socket) {
                           on_accept(error, std::move(socket));
                         }));
}

void Listener::Engine::on_accept(Error error, Stream::Socket socket) {
  if (room_->stopping) return;
  if (error) {
    pause_.expires_after(accept_again_after);
    pause_.async_wait([this](Error) { accept(); });
    return;
  }
  Error ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  std::shared_ptr<Session> session;
  {
    const std::lock_guard lock(mutex_);
    session = std::make_shared<Session>(std::move(socket), identity_, room_);
    sessions_.insert(session);
  }
  session->start();
  accept();
}

void Listener::Engine::on_closed(const std::shared_ptr<Session>& session) {
  bool accepts_again = false;
  {
    const std::lock_guard lock(mutex_);
    sessions_.erase(session);
    accepts_again = std::exchange(is_full_, false);
  }
  closed_.notify_all();
  if (accepts_again) net::post(strand_, [this] { accept(); });
}

void Listener::Engine::stop() {
  if (threads_.empty()) return;
  room_->stopping = true;
  net::post(strand_, [this] {
    Error ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  });
  {
    std::unique_lock lock(mutex_);
    for (const auto& session : sessions_) session->stop_soon();
    closed_.wait_for(lock, room_->options.stop_within, [this] { return sessions_.empty(); });
  }
  {
    const std::unique_lock lock(room_->gate);
    room_->is_open = false;
  }
  work_.reset();
  io_.stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  const std::lock_guard lock(mutex_);
  sessions_.clear();
}

void Listener::Engine::set_tls(std::shared_ptr<const config::TlsIdentity> identity) {
  const std::lock_guard lock(mutex_);
  identity_.swap(identity);
}

std::size_t Listener::Engine::connections() const {
  const std::lock_guard lock(mutex_);
  return sessions_.size();
}

void Listener::Engine::post(std::move_only_function<void()> work) {
  const std::shared_lock lock(room_->gate);
  if (room_->is_open) net::post(io_, std::move(work));
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
