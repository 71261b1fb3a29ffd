#include "daemon/ctl/top/feed.h"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <utility>

#include "config/check.h"
#include "config/limits.h"
#include "daemon/ctl/json_view.h"
#include "daemon/ctl/problem.h"

namespace deskd::ctl::top {

namespace {

constexpr std::string_view incidents_listed = "50";  // more than any terminal has lines for at once
constexpr std::string_view elements_listed = "500";

std::expected<boost::json::value, Trouble> parsed(const Reply& reply) {
  if (reply.status < 200 || reply.status >= 300) {
    return std::unexpected(Trouble{problem_of(reply).sentence, true});
  }
  if (reply.body.empty()) return boost::json::value{};
  boost::json::error_code error;
  auto answer = boost::json::parse(reply.body, error);
  if (error) {
    return std::unexpected(Trouble{"an answer that is no JSON; is it deskd?", true});
  }
  return answer;
}

Request whole_list(const std::string& path) {
  return {.path = path, .query = {{"limit", std::string{elements_listed}}}, .body = {}};
}

Request incident_list(Sort sort) {
  const std::string order = sort == Sort::newest ? "-opened_at" : "priority";
  return {.path = "/api/v1/incidents",
          .query = {{"state", "open"}, {"sort", order}, {"limit", std::string{incidents_listed}}},
          .body = {}};
}

Request request_of(const Action& action) {
  const std::string target = percent_encoded(action.target);
  if (action.kind == Action::Kind::next) {
    return {
        .method = "POST", .path = "/api/v1/queues/" + target + "/next", .query = {}, .body = {}};
  }
  const std::string_view name = action.kind == Action::Kind::ack ? "/ack" : "/take";
  return {.method = "POST",
          .path = "/api/v1/incidents/" + target + std::string{name},
          .query = {},
          .body = "{}"};
}

std::string sentence(const Action& action, const boost::json::value& incident) {
  const std::string id = text_at(incident, "id");
  if (action.kind == Action::Kind::ack) {
    return fmt::format("{} is acknowledged by {}", id, text_at(incident, "acknowledged_by"));
  }
  return fmt::format("{} is with {}: {}", id, text_at(incident, "person"),
                     text_at(incident, "title"));
}

}  // namespace

std::expected<Reading, Trouble> look_once(const Ask& ask, const Look& look) {
  Reading reading;
  const auto queues = ask(whole_list("/api/v1/queues"));
  if (!queues) return std::unexpected(queues.error());
  const auto sources = ask(whole_list("/api/v1/sources"));
  if (!sources) return std::unexpected(sources.error());
  const auto incidents = ask(incident_list(look.sort));
  if (!incidents) return std::unexpected(incidents.error());
  reading.queues = queues_of(*queues);
  reading.sources = sources_of(*sources);
  reading.incidents = incidents_of(*incidents);
  if (look.incident.empty()) return reading;
  auto page =
      ask({.path = "/api/v1/incidents/" + percent_encoded(look.incident), .query = {}, .body = {}});
  if (page) {
    reading.page = std::move(*page);
  } else {
    reading.page_fault = page.error().sentence;
  }
  return reading;
}

Feed::Feed(ClientOptions options, std::chrono::milliseconds every, Look look)
    : client_(std::move(options)),
      every_(every),
      news_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      look_(std::move(look)) {
  DESKD_CHECK(news_ >= 0);
  thread_ = std::thread{[this] { run(); }};
}

Feed::~Feed() {
  {
    const std::lock_guard guard{lock_};
    ends_ = true;
  }
  changed_.notify_one();
  thread_.join();
  ::close(news_);
}

void Feed::look_at(const Look& look) {
  const std::lock_guard guard{lock_};
  if (look == look_) return;
  look_ = look;
  look_now_ = true;
  changed_.notify_one();
}

bool Feed::act(Action action) {
  const std::lock_guard guard{lock_};
  if (action_) return false;
  action_ = std::move(action);
  changed_.notify_one();
  return true;
}

std::vector<Feed::News> Feed::take() {
  const std::lock_guard guard{lock_};
  std::uint64_t count = 0;
  [[maybe_unused]] const auto bytes = ::read(news_, &count, sizeof count);
  return std::exchange(told_, {});
}

void Feed::run() {
  auto next_look = std::chrono::steady_clock::now();
  std::unique_lock guard{lock_};
  while (!ends_) {
    changed_.wait_until(guard, next_look, [&] { return ends_ || look_now_ || action_; });
    if (ends_) return;
    const std::optional<Action> action = action_;
    const Look look = look_;
    look_now_ = false;
    guard.unlock();
    if (action) tell(do_action(*action));
    News news;
    news.reading = read(look);
    tell(std::move(news));
    next_look = std::chrono::steady_clock::now() + every_;
    guard.lock();
    if (action) action_.reset();
  }
}

std::expected<Reading, Trouble> Feed::read(const Look& look) const {
  std::string unconfirmed;
  auto reading = look_once(
      [&](const Request& request) -> std::expected<boost::json::value, Trouble> {
        const auto reply = client_.send(request);
        if (!reply) return std::unexpected(Trouble{reply.error()});
        if (!reply->unconfirmed.empty()) unconfirmed = reply->unconfirmed;
        return parsed(*reply);
      },
      look);
  if (reading) reading->unconfirmed = unconfirmed;
  return reading;
}

Feed::News Feed::do_action(const Action& action) const {
  News news;
  const auto reply = client_.send(request_of(action));
  if (!reply) {
    news.message = reply.error();
    return news;
  }
  if (reply->status == 204) {
    news.message = "nothing new waits in " + action.target;
    return news;
  }
  const auto incident = parsed(*reply);
  news.message = incident ? sentence(action, *incident) : incident.error().sentence;
  if (incident && action.kind == Action::Kind::next) news.incident = text_at(*incident, "id");
  return news;
}

void Feed::tell(News news) {
  const std::lock_guard guard{lock_};
  told_.push_back(std::move(news));
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto bytes = ::write(news_, &one, sizeof one);
}

}  // namespace deskd::ctl::top
