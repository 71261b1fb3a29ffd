#pragma once
// A running source of traps and a core that commits at once, for tests that send real packets.

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "connectors/snmp/receiver/snmp_receiver.h"
#include "tests/connectors/snmp/receiver/trap_desk.h"

namespace deskd::connectors {

/// What a test wants to know of an alert, kept when its batch is gone.
struct SeenAlert {
  std::string type, sender, qualifier;
  std::vector<std::pair<std::string, std::string>> labels;

  std::string label(std::string_view name) const {
    for (const auto& [key, value] : labels) {
      if (key == name) return value;
    }
    return "";
  }
};

class LiveSource {
 public:
  explicit LiveSource(SnmpSettings settings = open_settings())
      : books_([this] { wake(); }),
        receiver({.source = "traps",
                  .accounts = books_.accounts,
                  .inbox = books_.inbox,
                  .clock =
                      [] {
                        return std::chrono::time_point_cast<rules::Duration>(
                            std::chrono::system_clock::now());
                      },
                  .engine_seed = "live",
                  .engine_boots = 3,
                  .repeat_window = std::chrono::hours{1},
                  .on_change =
                      [this](std::string_view, const SourceState&) {
                        if (on_change) on_change();
                        ++changes;
                      }},
                 setup_of(std::move(settings))) {
    receiver.start();
    core_ = std::thread([this] { commit_all(); });
  }
  ~LiveSource() {
    receiver.stop();
    {
      const std::lock_guard lock(mutex_);
      is_ending_ = true;
    }
    news_.notify_all();
    core_.join();
  }

  /// The core stands still until it is told otherwise, as while a disk syncs.
  void hold(bool held) {
    {
      const std::lock_guard lock(mutex_);
      is_held_ = held;
    }
    news_.notify_all();
  }
  /// Those that came so far, once there are `count`; after ten seconds whatever there is.
  std::vector<SeenAlert> alerts(std::size_t count) {
    std::unique_lock lock(mutex_);
    news_.wait_for(lock, std::chrono::seconds{10}, [&] { return seen_.size() >= count; });
    return seen_;
  }
  /// Waits until a question has this answer; false after ten seconds.
  template <typename Question>
  bool becomes_true(Question question) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (!question()) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return true;
  }
  std::uint64_t dropped(DropReason reason) const {
    return receiver.dropped()[static_cast<std::size_t>(reason)].second;
  }
  SourceBooks books() const { return books_.books(); }
  std::string address(std::size_t which = 0) const {
    return "127.0.0.1:" + std::to_string(receiver.ports().at(which));
  }

 private:
  void wake() {
    {
      const std::lock_guard lock(mutex_);
    }
    news_.notify_all();
  }
  void commit_all() {
    std::unique_lock lock(mutex_);
    while (true) {
      news_.wait(lock, [&] { return is_ending_ || (!is_held_ && !books_.inbox.empty()); });
      if (is_ending_ && books_.inbox.empty()) return;
      auto batches = books_.take();
      for (const auto& batch : batches) {
        for (const rules::Alert& alert : batch->alerts) seen_.push_back(kept(alert));
      }
      lock.unlock();
      books_.settle(batches, Settlement::Kind::durable);
      news_.notify_all();
      lock.lock();
    }
  }
  static SeenAlert kept(const rules::Alert& alert) {
    SeenAlert seen{
        std::string(alert.type), std::string(alert.sender), std::string(alert.qualifier), {}};
    for (const auto& [name, value] : alert.labels) seen.labels.emplace_back(name, value);
    return seen;
  }

  std::mutex mutex_;
  std::condition_variable news_;
  std::vector<SeenAlert> seen_;  // under mutex_
  bool is_held_ = false;         // under mutex_
  bool is_ending_ = false;       // under mutex_
  TrapBooks books_;
  std::thread core_;

 public:
  std::atomic<int> changes = 0;
  std::function<void()> on_change;  // set before what changes
  SnmpReceiver receiver;            // last: it ends before what it uses
};

}  // namespace deskd::connectors
