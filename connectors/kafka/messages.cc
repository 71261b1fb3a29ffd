#include "connectors/kafka/messages.h"

#include <algorithm>

#include "config/check.h"

namespace deskd::connectors {

void Messages::take(rd_kafka_queue_t* queue, std::size_t messages_max) {
  DESKD_CHECK(empty());
  first_ = 0;
  taken_.resize(messages_max);
  const auto count = rd_kafka_consume_batch_queue(queue, 0, taken_.data(), messages_max);
  taken_.resize(static_cast<std::size_t>(std::max<decltype(count)>(count, 0)));
}

void Messages::release(std::size_t count) {
  DESKD_CHECK(count <= taken_.size() - first_);
  for (; count > 0; --count) rd_kafka_message_destroy(taken_[first_++]);
}

}  // namespace deskd::connectors
