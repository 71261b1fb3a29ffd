#pragma once
// The thread of `deskctl top` that speaks to deskd, so that keys never wait for the network.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <expected>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "daemon/ctl/client.h"
#include "daemon/ctl/top/state.h"

namespace deskd::ctl::top {

/// Looks every so often, does what keys ask for, and keeps what came of both until it is taken.
///
/// Made, asked and ended on the view's thread; has a thread of its own. A deskd that does not
/// answer is asked again at the next look. Ending it waits for the request under way, at most as
/// long as the client's timeout.
class Feed {
 public:
  /// What came of a look, or of an action.
  struct News {
    std::optional<std::expected<Reading, Trouble>> reading;
    std::string message;   // what came of an action, for people
    std::string incident;  // that `next` gave to the caller
  };

  Feed(ClientOptions options, std::chrono::milliseconds every, Look look);
  ~Feed();
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  /// What to look at from now on; something else than before is looked at at once.
  void look_at(const Look& look);
  /// False: the action before has no answer yet, and this one is not taken.
  bool act(Action action);

  /// A file descriptor that can be read when there is news.
  int news() const { return news_; }
  std::vector<News> take();

 private:
  void run();
  News do_action(const Action& action) const;
  std::expected<Reading, Trouble> read(const Look& look) const;
  void tell(News news);

  // Fixed after construction.
  Client client_;
  std::chrono::milliseconds every_;
  int news_ = -1;

  // Under the lock.
  std::mutex lock_;
  std::condition_variable changed_;
  Look look_;
  bool look_now_ = true;
  std::optional<Action> action_;  // stays until its answer is there
  bool ends_ = false;
  std::vector<News> told_;

  std::thread thread_;
};

/// Sends a request and reads the answer.
using Ask = std::function<std::expected<boost::json::value, Trouble>(const Request&)>;

/// All requests of one look. Fails as the first of them that did, but an incident's
/// page may be missing.
std::expected<Reading, Trouble> look_once(const Ask& ask, const Look& look);

}  // namespace deskd::ctl::top
