#pragma once
// Wakes a thread that waits for one of several things to happen.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace deskd::connectors {

/// One thread waits, any may wake it; a wake-up that comes while it is busy is kept.
class Wakeup {
 public:
  void wake() {
    {
      const std::lock_guard lock(mutex_);
      is_woken_ = true;
    }
    condition_.notify_one();
  }

  void wait_for(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    condition_.wait_for(lock, patience, [this] { return is_woken_; });
    is_woken_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable condition_;
  bool is_woken_ = false;  // under mutex_
};

}  // namespace deskd::connectors
