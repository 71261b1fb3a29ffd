#include "daemon/api/loop.h"

#include <ctime>

#include <boost/asio/post.hpp>

#include "config/thread_name.h"
#include "daemon/api/session.h"

namespace deskd::api {

namespace net = boost::asio;

Loop::Loop(std::chrono::milliseconds sweep_every)
    : sweep_every_(sweep_every), io_(1), work_(net::make_work_guard(io_)), sweeper_(io_) {}

void Loop::start(const std::string& name) {
  sweep();
  thread_ = std::thread([this, name] {
    config::name_this_thread(name);
    io_.run();
  });
}

void Loop::stop() {
  work_.reset();
  io_.stop();
  if (thread_.joinable()) thread_.join();
}

void Loop::bring(std::shared_ptr<Session> session, connectors::HttpAnswer answer) {
  {
    const std::lock_guard lock(mutex_);
    brought_.emplace_back(std::move(session), std::move(answer));
    if (brought_.size() > 1) return;  // the thread is on its way already
  }
  net::post(io_, [this] { deliver(); });
}

void Loop::deliver() {
  {
    const std::lock_guard lock(mutex_);
    delivering_.swap(brought_);
  }
  for (auto& [session, answer] : delivering_) session->write(std::move(answer));
  delivering_.clear();
}

void Loop::stop_sessions() {
  net::post(io_, [this] {
    const auto all = std::vector(sessions_.begin(), sessions_.end());  // some leave meanwhile
    for (const auto& session : all) session->stop_soon();
  });
}

void Loop::sweep() {
  const auto now = Clock::now();
  std::vector<std::shared_ptr<Session>> late;
  for (const auto& session : sessions_) {
    if (session->deadline() <= now) late.push_back(session);
  }
  for (const auto& session : late) session->close();
  sweeper_.expires_after(sweep_every_);
  sweeper_.async_wait([this](const boost::system::error_code& error) {
    if (!error) sweep();
  });
}

const std::string& Loop::date() {
  if (const std::time_t now = std::time(nullptr); now != date_of_ || date_.empty()) {
    date_of_ = now;
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    char text[40];
    date_.assign(text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc));
  }
  return date_;
}

}  // namespace deskd::api
