#pragma once
// A core on its thread with a real ledger, and what sources need around it.

#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "connectors/accounts.h"
#include "connectors/inbox.h"
#include "daemon/core/core_thread.h"
#include "daemon/core/current_setup.h"
#include "daemon/ledger/ledger.h"

namespace deskd::test {

inline rules::Time wall_clock() {
  return std::chrono::time_point_cast<rules::Duration>(std::chrono::system_clock::now());
}

class RunningCore {
 public:
  RunningCore(const std::filesystem::path& folder, std::shared_ptr<daemon::Setup> setup)
      : inbox([this] { core->wake(); }) {
    auto ledger = ledger::Ledger::open(folder, 1ULL << 30);
    REQUIRE(ledger.has_value());
    daemon::Core restored;
    const auto restoring = [&restored](ledger::Half half) {
      return [&restored, half](const ledger::Record& record) {
        return restored.restore(record, half);
      };
    };
    const std::array<ledger::Ledger::Apply, 2> halves{restoring(ledger::Half::rest),
                                                      restoring(ledger::Half::desk)};
    const auto replayed = (*ledger)->replay(halves, {});
    REQUIRE(replayed.has_value());
    REQUIRE_FALSE(restored.recovered(setup, wall_clock()));
    core =
        std::make_unique<daemon::CoreThread>(std::move(restored), std::move(*ledger), core_parts());
    publish(std::move(setup));
    core->start();
  }
  ~RunningCore() { stop(); }

  bool stop() {
    inbox.close();
    return core->stop(std::chrono::seconds{10});
  }

  /// As a reload does.
  std::shared_ptr<const daemon::Setup> adopt(std::shared_ptr<daemon::Setup> setup) {
    command([&](daemon::Core& its) { publish(its.adopt(std::move(setup))); });
    return current.get();
  }

  /// Waits until what `change` did is durable.
  template <class Change>
  void command(Change change) {
    std::promise<daemon::Confirmation> answered;
    core->command(std::move(change), [&](const auto& given) { answered.set_value(given); });
    REQUIRE(answered.get_future().get().kind == daemon::Confirmation::Kind::confirmed);
  }

  template <class Look>
  daemon::Confirmation ask(Look look) {
    std::promise<daemon::Confirmation> answered;
    core->query(
        [&](const daemon::Core& seen) {
          look(seen);
          return true;
        },
        [&](const auto& given) { answered.set_value(given); });
    return answered.get_future().get();
  }

  connectors::Accounts accounts;
  std::atomic<std::uint64_t> turns_durable = 0;
  daemon::CurrentSetup current;
  connectors::Inbox inbox;
  std::unique_ptr<daemon::CoreThread> core;

 private:
  void publish(std::shared_ptr<const daemon::Setup> setup) {
    for (const auto& source : setup->judging.sources) {
      inbox.set_lane(source.name, source.lane_bytes);
    }
    current.set(std::move(setup));
  }

  daemon::CoreThread::Parts core_parts() {
    return {.inbox = inbox,
            .accounts = accounts,
            .clock = wall_clock,
            .on_turn = [](const daemon::Core&, const daemon::Turn&) {},
            .on_round = [](const daemon::Core&) { return std::chrono::seconds{1}; },
            .on_durable = [this] { ++turns_durable; },
            .on_commit = [](double) {},
            .on_room = [](bool, const std::string&) {},
            .on_broken = [](const std::string& reason) { FAIL(reason); }};
  }
};

}  // namespace deskd::test
