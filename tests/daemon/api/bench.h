#pragma once
// The whole interface over a real core, in one thread: a question is answered on the spot, a turn
// runs and is durable when the test says so, and the clock is the test's.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/value.hpp>

#include "connectors/accounts.h"
#include "connectors/inbox.h"
#include "connectors/webhook/intake.h"
#include "daemon/api/api.h"
#include "daemon/core/core.h"
#include "daemon/metrics/metrics.h"
#include "tests/support/temporary_folder.h"

namespace deskd::test {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Queues network, servers and triage; sources prometheus and hooks; rules that tell them apart.
std::shared_ptr<daemon::Setup> sample_setup(const TemporaryFolder& folder);

/// Runs everything at once, on the calling thread.
class DirectCore : public daemon::CoreAccess {
 public:
  explicit DirectCore(std::function<void(std::function<void(daemon::Core&)>)> turn,
                      const daemon::Core& core)
      : turn_(std::move(turn)), core_(core) {}

  void query(Look look, Answer answer) override {
    ++queries;
    if (refuses) return answer({daemon::Confirmation::Kind::refused, "too many requests wait"});
    for (++looks; !look(core_); ++looks) between_looks();
    if (!unconfirmed.empty()) {
      return answer({daemon::Confirmation::Kind::unconfirmed, unconfirmed});
    }
    answer({});
  }
  void command(std::move_only_function<void(daemon::Core&)> change, Answer answer) override {
    if (refuses) return answer({daemon::Confirmation::Kind::refused, "the ledger has no room"});
    turn_([&](daemon::Core& core) { change(core); });
    answer({});
  }

  bool refuses = false;
  std::string unconfirmed;
  int queries = 0, looks = 0;
  std::function<void()> between_looks = [] {};

 private:
  std::function<void(std::function<void(daemon::Core&)>)> turn_;
  const daemon::Core& core_;
};

class Bench {
  TemporaryFolder folder_;  // the setup is read from it, so it comes first

 public:
  Bench();
  ~Bench();

  connectors::HttpAnswer get(std::string_view target, Headers headers = {});
  connectors::HttpAnswer post(std::string_view target, std::string body, Headers headers = {});
  connectors::HttpAnswer erase(std::string_view target, Headers headers = {});  // DELETE
  /// Posts to /in/hooks, runs a turn; the answer must be 202.
  void send(std::string body);
  /// The body of a GET that must answer 200.
  boost::json::value read(std::string_view target);
  /// The same, laid out for people, with the names of files as seen from the setup's folder.
  std::string golden(std::string_view target);

  void turn(const std::function<void(daemon::Core&)>& change = {});
  const api::Router& router() const { return api_->router(); }

  rules::Time now;
  rules::Duration sync_takes{};  // from the turn's time to its being durable
  daemon::ReloadResult next_reload;
  api::Health health;
  std::vector<daemon::RunningSourceView> running;
  connectors::Accounts accounts;
  connectors::Inbox inbox{[] {}};
  std::shared_ptr<daemon::Setup> setup;
  daemon::Core core;
  // Drawing takes no time, and between two rounds there is an hour, so every round draws.
  daemon::Metrics metrics{accounts, inbox, "1.2.3", [looks = 0]() mutable {
                            return std::chrono::steady_clock::time_point{} +
                                   std::chrono::hours{1 + looks++ / 2};
                          }};
  DirectCore access;

 private:
  connectors::HttpAnswer ask(std::string method, std::string_view target, std::string body,
                             Headers headers);

  std::unique_ptr<connectors::Intake> intake_;
  std::unique_ptr<api::Api> api_;
};

/// One check of the generic source, firing.
std::string check(std::string_view host, std::string_view type, std::string_view severity,
                  std::string_view state = "bad");

/// One body of `count` checks, firing, of the hosts h0, h1 …
std::string many_checks(std::size_t count);

}  // namespace deskd::test
