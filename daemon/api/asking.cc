#include "daemon/api/asking.h"

namespace deskd::api {

void Outcome::rendered(connectors::HttpAnswer answer) {
  std::unique_lock lock(mutex_);
  if (!is_durable_) {
    answer_ = std::move(answer);
    return;
  }
  auto respond = std::exchange(respond_, nullptr);
  lock.unlock();
  respond(std::move(answer));
}

void Outcome::settled(const daemon::Confirmation& confirmation) {
  std::unique_lock lock(mutex_);
  const bool is_durable = confirmation.kind == daemon::Confirmation::Kind::confirmed;
  if (is_durable && !answer_) {
    is_durable_ = true;
    return;
  }
  auto respond = std::exchange(respond_, nullptr);
  lock.unlock();
  respond(is_durable ? *std::move(answer_) : busy_answer(confirmation.reason));
}

}  // namespace deskd::api
