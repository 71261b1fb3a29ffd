#pragma once
// The token that travels with a batch; its source answers the sender when it settles.

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace deskd::connectors {

/// How a receipt ended.
struct Settlement {
  enum class Kind : std::uint8_t {
    durable,   // the record that holds the batch is synced
    repeated,  // it was a repeat; `status` and `answer` are those of the first
    conflict,  // its Idempotency-Key belongs to another body
    full,      // its lane had no room: try again later
    rejected,  // deskd is stopping, or the receipt was dropped unsettled
  };
  Kind kind = Kind::rejected;
  std::uint16_t status = 0;
  std::string answer;
};

/// Settles exactly once; dropping it unsettled settles it as rejected. Movable, not copyable. May
/// settle on any thread.
class Receipt {
 public:
  using Settle = std::move_only_function<void(Settlement)>;

  Receipt() = default;
  explicit Receipt(Settle settle) : settle_(std::move(settle)) {}
  Receipt(Receipt&& other) noexcept : settle_(std::exchange(other.settle_, nullptr)) {}
  Receipt& operator=(Receipt&& other) noexcept;
  ~Receipt() { settle({}); }

  void settle(Settlement settlement);
  bool is_settled() const { return !settle_; }

 private:
  Settle settle_;
};

}  // namespace deskd::connectors
