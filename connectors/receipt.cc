#include "connectors/receipt.h"

namespace deskd::connectors {

Receipt& Receipt::operator=(Receipt&& other) noexcept {
  if (this != &other) {
    settle({});
    settle_ = std::exchange(other.settle_, nullptr);
  }
  return *this;
}

void Receipt::settle(Settlement settlement) {
  // Emptied before the call: whoever settles again from inside it finds nothing left to settle.
  if (auto settle = std::exchange(settle_, nullptr)) settle(std::move(settlement));
}

}  // namespace deskd::connectors
