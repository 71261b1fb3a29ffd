#pragma once
// The daemon's running parts: listener, API, core thread, a ledger on the disk.

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "daemon/api/listener.h"
#include "daemon/core/core_thread.h"
#include "tests/daemon/api/bench.h"
#include "tests/daemon/api/listener/raw_client.h"

namespace deskd::test {

inline rules::Time wall() {
  return std::chrono::time_point_cast<rules::Duration>(std::chrono::system_clock::now());
}

inline daemon::Core fresh_core(const std::shared_ptr<daemon::Setup>& setup) {
  daemon::Core core;
  REQUIRE_FALSE(core.recovered(setup, wall()));
  return core;
}

/// Serves on a port of its own from its making to its end.
class Live {
 public:
  Live()
      : setup_(sample_setup(folder_)),
        inbox_([this] { core_.wake(); }),
        metrics_(accounts_, inbox_, "1"),
        listener_({}, [this](auto request,
                             auto respond) { api_.serve(std::move(request), std::move(respond)); }),
        intake_(
            [this] { return std::shared_ptr<const connectors::Judging>(setup_, &setup_->judging); },
            accounts_, inbox_),
        api_({.core = core_,
              .intake = intake_,
              .accounts = accounts_,
              .inbox = inbox_,
              .metrics = metrics_,
              .setup = [this] { return setup_; },
              .reload = {},
              .health = [] { return api::Health{}; },
              .version = "1",
              .started_at = wall(),
              .run = [this](auto work) { listener_.post(std::move(work)); }}),
        core_(fresh_core(setup_), ledger(), core_parts()) {
    for (const auto& source : setup_->judging.sources) {
      inbox_.set_lane(source.name, source.lane_bytes);
    }
    core_.start();
    REQUIRE(listener_.start());
  }
  ~Live() {
    inbox_.close();
    core_.stop(std::chrono::seconds{10});
    listener_.stop();
  }

  std::uint16_t port() const { return listener_.port(); }

 private:
  std::unique_ptr<ledger::Ledger> ledger() {
    auto opened = ledger::Ledger::open(folder_.path("data"), std::uint64_t{1} << 30);
    REQUIRE_MESSAGE(opened, (opened ? "" : opened.error()));
    return std::move(*opened);
  }

  daemon::CoreThread::Parts core_parts() {
    return {.inbox = inbox_,
            .accounts = accounts_,
            .clock = wall,
            .on_turn = [this](const auto& core, const auto& turn) { metrics_.turn(core, turn); },
            .on_round = [this](const auto& core) { return metrics_.round(core); },
            .on_durable = [this] { metrics_.durable(wall()); },
            .on_commit = [this](double seconds) { metrics_.commit(seconds); },
            .on_room = [](bool, const std::string&) {},
            .on_broken = [](const std::string&) { std::abort(); }};
  }

  TemporaryFolder folder_;
  std::shared_ptr<daemon::Setup> setup_;
  connectors::Accounts accounts_;
  connectors::Inbox inbox_;
  daemon::Metrics metrics_;
  api::Listener listener_;
  connectors::Intake intake_;
  api::Api api_;
  daemon::CoreThread core_;
};

inline RawAnswer ask(RawClient& client, const std::string& method, const std::string& target,
                     const std::string& body = {}, const std::string& actor = "anna") {
  std::string text = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n";
  text += "X-Desk-Actor: " + actor + "\r\n";
  if (!body.empty()) text += "Content-Type: application/json\r\n";
  text += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  REQUIRE(client.say(text));
  auto answer = client.answer();
  REQUIRE(answer);
  return std::move(*answer);
}

}  // namespace deskd::test
