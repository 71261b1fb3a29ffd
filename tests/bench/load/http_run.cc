#include "tests/bench/load/http_run.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <system_error>
#include <utility>

namespace deskd::bench {
namespace {

constexpr auto patience = std::chrono::seconds{30};  // with answers, after the last was asked for
constexpr auto look_around = std::chrono::milliseconds{50};

timespec to_timespec(Clock::duration time) {
  const auto ns =
      std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::nanoseconds>(time).count());
  return {.tv_sec = ns / 1'000'000'000, .tv_nsec = ns % 1'000'000'000};
}

}  // namespace

struct HttpRun::Sender {
  std::unique_ptr<HttpConnection> connection;
  std::size_t first = 0;  // of its requests; the others follow at the distance of the connections
  std::size_t next = 0;
  Clock::time_point meant;
  bool is_busy = false;  // an answer is owed
  bool waits_to_write = false;
};

HttpRun::HttpRun(const RunPlan& plan, HttpRequests& requests)
    : plan_(plan), requests_(requests), poll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (poll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  requests_left_ = plan_.count > 0 ? (plan_.count + plan_.batch - 1) / plan_.batch
                                   : std::numeric_limits<std::uint64_t>::max();
  for (std::size_t i = 0; i < plan_.connections; ++i) {
    senders_.push_back(std::make_unique<Sender>());
    senders_.back()->first = senders_.back()->next = i;
    connect(*senders_.back());
  }
}

HttpRun::~HttpRun() { ::close(poll_); }

void HttpRun::connect(Sender& sender) {
  sender.connection = std::make_unique<HttpConnection>(plan_.port);
  sender.waits_to_write = false;
  epoll_event wanted{.events = EPOLLIN, .data = {.ptr = &sender}};
  ::epoll_ctl(poll_, EPOLL_CTL_ADD, sender.connection->descriptor(), &wanted);
}

RunResult HttpRun::run() {
  began_ = Clock::now();
  measured_from_ = began_ + plan_.warm_up;
  measured_to_ = plan_.count > 0 ? Clock::time_point::max() : measured_from_ + plan_.measured;
  for (auto& sender : senders_) {
    if (is_open_loop()) {
      set_free(*sender, began_);
    } else if (requests_left_ > 0) {
      send(*sender, Clock::now());
    }
  }
  while (!is_done(Clock::now())) {
    if (is_open_loop()) send_due();
    wait();
  }
  count_unanswered(Clock::now());
  result_.window = plan_.count > 0 ? Clock::now() - began_ : plan_.measured;
  return std::move(result_);
}

// What had no answer in the end waited at least until now.
void HttpRun::count_unanswered(Clock::time_point now) {
  for (const auto& sender : senders_) {
    if (!sender->is_busy) continue;
    ++result_.unanswered;
    if (is_measured(sender->meant, now)) result_.latencies.add(now - sender->meant);
  }
  if (!is_open_loop()) return;
  for (; may_send(now); ++sent_, --requests_left_) {
    ++result_.unanswered;
    if (is_measured(due_at(sent_), now)) result_.latencies.add(now - due_at(sent_));
  }
}

Clock::time_point HttpRun::due_at(std::uint64_t request) const {
  const double after = static_cast<double>(request * plan_.batch) / plan_.rate;
  return began_ + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(after));
}

bool HttpRun::may_send(Clock::time_point now) const {
  if (requests_left_ == 0) return false;
  // With a rate, all that was meant to be sent in time is sent, however late.
  return (is_open_loop() ? due_at(sent_) : now) < measured_to_;
}

bool HttpRun::is_done(Clock::time_point now) const {
  if (plan_.count > 0) return requests_left_ == 0 && in_flight_ == 0;
  if (now < measured_to_) return false;
  return (in_flight_ == 0 && !may_send(now)) || now > measured_to_ + patience;
}

void HttpRun::send(Sender& sender, Clock::time_point meant) {
  const std::string_view request = requests_.at(sender.next);
  sender.next += plan_.connections;
  if (sender.next >= requests_.size()) sender.next = sender.first;
  sender.meant = meant;
  sender.is_busy = true;
  ++sent_;
  --requests_left_;
  ++in_flight_;
  if (sender.connection->begin(request) == HttpConnection::Went::closed) return lost(sender);
  go_on(sender);
}

void HttpRun::send_due() {
  while (!free_.empty()) {
    const auto now = Clock::now();
    const auto meant = due_at(sent_);
    if (meant > now || !may_send(now)) return;
    Sender& sender = *free_.front();
    free_.pop_front();
    if (is_measured(meant, now)) result_.late.add(now - std::max(meant, free_since_));
    send(sender, meant);
  }
}

void HttpRun::set_free(Sender& sender, Clock::time_point now) {
  if (free_.empty()) free_since_ = now;
  free_.push_back(&sender);
}

void HttpRun::wait() {
  const auto now = Clock::now();
  Clock::duration time = look_around;
  if (is_open_loop() && !free_.empty() && may_send(now)) time = std::min(time, due_at(sent_) - now);
  const timespec at_most = to_timespec(time);
  std::array<epoll_event, 64> events;
  const int count =
      ::epoll_pwait2(poll_, events.data(), static_cast<int>(events.size()), &at_most, nullptr);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    Sender& sender = *static_cast<Sender*>(event.data.ptr);
    if ((event.events & EPOLLOUT) != 0) {
      if (sender.connection->write() == HttpConnection::Went::closed) {
        lost(sender);
        continue;
      }
      go_on(sender);
    }
    if ((event.events & ~EPOLLOUT) == 0) continue;
    switch (sender.connection->read()) {
      case HttpConnection::Came::not_all:
        break;
      case HttpConnection::Came::answer:
        answered(sender);
        break;
      case HttpConnection::Came::end:
        lost(sender);
        break;
    }
  }
}

void HttpRun::go_on(Sender& sender) {
  const bool has_to = sender.connection->has_to_write();
  if (has_to == sender.waits_to_write) return;
  sender.waits_to_write = has_to;
  epoll_event wanted{.events = has_to ? EPOLLIN | EPOLLOUT : EPOLLIN, .data = {.ptr = &sender}};
  ::epoll_ctl(poll_, EPOLL_CTL_MOD, sender.connection->descriptor(), &wanted);
}

bool HttpRun::is_measured(Clock::time_point meant, Clock::time_point now) const {
  const auto decides = is_open_loop() ? meant : now;
  return decides >= measured_from_ && decides < measured_to_;
}

void HttpRun::answered(Sender& sender) {
  const auto now = Clock::now();
  sender.is_busy = false;
  --in_flight_;
  const int status = sender.connection->status();
  if (status / 100 == 2) {
    result_.alerts_accepted += plan_.batch;
    if (is_measured(sender.meant, now)) {
      ++result_.requests;
      result_.alerts += plan_.batch;
      result_.latencies.add(now - sender.meant);
    }
  } else {
    ++result_.refused[status];
  }
  if (is_open_loop()) {
    set_free(sender, now);
  } else if (may_send(now)) {
    send(sender, now);
  }
}

// A server may end a connection that rests; under a request it broke its word.
void HttpRun::lost(Sender& sender) {
  connect(sender);
  if (!std::exchange(sender.is_busy, false)) return;
  ++result_.broken;
  --in_flight_;
  const auto now = Clock::now();
  if (is_open_loop()) {
    set_free(sender, now);
  } else if (may_send(now)) {
    send(sender, now);
  }
}

}  // namespace deskd::bench
