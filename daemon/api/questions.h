#pragma once
// How many questions may be under way at once: each holds a copy of what it shows until its answer
// is rendered, and while the ledger stalls it waits for two seconds.

#include <atomic>
#include <cstddef>
#include <optional>
#include <utility>

#include "config/limits.h"

namespace deskd::api {

/// Any thread. Must outlive what it lets in.
class Questions {
 public:
  explicit Questions(std::size_t max = limits::questions_max) : max_(max) {}

  /// One that is under way as long as this lives.
  class Place {
   public:
    explicit Place(Questions& questions) : questions_(&questions) {}
    Place(Place&& other) noexcept : questions_(std::exchange(other.questions_, nullptr)) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (questions_ != nullptr) --questions_->count_;
    }

   private:
    Questions* questions_;
  };

  /// Nothing: too many are under way.
  std::optional<Place> enter() {
    if (++count_ <= max_) return Place(*this);
    --count_;
    return std::nullopt;
  }

 private:
  const std::size_t max_;
  std::atomic<std::size_t> count_ = 0;
};

}  // namespace deskd::api
