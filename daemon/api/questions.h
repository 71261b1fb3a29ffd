#pragma once
// How many questions may be under way at once: each holds a copy of what it shows until its answer
// is rendered, and while the ledger stalls it waits for two seconds.

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "config/limits.h"

namespace deskd::api {

/// Any thread.
class Questions {
 public:
  explicit Questions(std::size_t max = limits::questions_max) : max_(max) {}

  using Count = std::atomic<std::size_t>;

  /// One that is under way as long as this lives.
  class Place {
   public:
    Place(std::shared_ptr<Count> count, std::size_t pages)
        : count_(std::move(count)), pages_(pages) {}
    Place(Place&& other) noexcept = default;
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (count_) *count_ -= pages_;
    }

   private:
    std::shared_ptr<Count> count_;  // may outlive the rest: an answer may come when that is gone
    std::size_t pages_;
  };

  /// One that copies so many pages takes as many places. Nothing: too many are under way.
  std::optional<Place> enter(std::size_t pages = 1) {
    if ((*count_ += pages) <= max_) return Place(count_, pages);
    *count_ -= pages;
    return std::nullopt;
  }

 private:
  const std::size_t max_;
  const std::shared_ptr<Count> count_ = std::make_shared<Count>(0);
};

}  // namespace deskd::api
