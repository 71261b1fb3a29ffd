#pragma once
// One thread of the listener, with an io_context of its own.

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "connectors/webhook/http_message.h"

namespace deskd::api {

class Session;

/// A session lives on one loop for good, so nothing that it does needs a strand or a lock. Outlives
/// its sessions' work: what is left when it goes was never started.
class Loop {
 public:
  using Clock = std::chrono::steady_clock;

  /// Deadlines are looked at every `sweep_every`, so they are noticed that much later at most.
  explicit Loop(std::chrono::milliseconds sweep_every);

  boost::asio::io_context& io() { return io_; }
  void start(const std::string& name);  // of the thread, 15 bytes at most
  void stop();                          // leaves what waits, and joins
  void clear() { sessions_.clear(); }   // only when stopped

  // Any thread.
  /// Many answers that come close together wake the thread once.
  void bring(std::shared_ptr<Session> session, connectors::HttpAnswer answer);
  /// Closes the idle sessions, and the others after their answer.
  void stop_sessions();

  // This thread only.
  void keep(std::shared_ptr<Session> session) { sessions_.insert(std::move(session)); }
  void forget(const std::shared_ptr<Session>& session) { sessions_.erase(session); }
  /// For the Date header (RFC 9110, section 6.6.1); made once a second.
  const std::string& date();

 private:
  void deliver();
  void sweep();

  const std::chrono::milliseconds sweep_every_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer sweeper_;
  std::thread thread_;

  std::unordered_set<std::shared_ptr<Session>> sessions_;
  std::string date_;
  std::time_t date_of_ = 0;

  using Answers = std::vector<std::pair<std::shared_ptr<Session>, connectors::HttpAnswer>>;
  std::mutex mutex_;
  Answers brought_;     // under mutex_
  Answers delivering_;  // this thread only
};

}  // namespace deskd::api
