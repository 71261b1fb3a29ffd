#pragma once
// The setup that source threads judge by, swapped whole.

#include <memory>
#include <mutex>
#include <utility>

#include "daemon/setup/setup.h"

namespace deskd::daemon {

/// Any thread. One lock for each batch, not for each alert.
class CurrentSetup {
 public:
  std::shared_ptr<const Setup> get() const {
    const std::lock_guard lock(mutex_);
    return setup_;
  }
  void set(std::shared_ptr<const Setup> setup) {
    const std::lock_guard lock(mutex_);
    setup_.swap(setup);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Setup> setup_;  // under mutex_
};

/// What source threads see of `setup`, which it keeps alive.
inline std::shared_ptr<const connectors::Judging> judging_of(std::shared_ptr<const Setup> setup) {
  const auto* judging = &setup->judging;
  return {std::move(setup), judging};
}

}  // namespace deskd::daemon
