#pragma once
// Messages that librdkafka handed out and that have not been read yet.

#include <librdkafka/rdkafka.h>

#include <cstddef>
#include <span>
#include <vector>

namespace deskd::connectors {

/// Owns the messages of one take; gives them back to the library as they are done with. One
/// thread; empty before its client is closed.
class Messages {
 public:
  Messages() = default;
  Messages(const Messages&) = delete;
  Messages& operator=(const Messages&) = delete;
  ~Messages() { clear(); }

  bool empty() const { return first_ == taken_.size(); }
  std::span<rd_kafka_message_t* const> waiting() const { return std::span(taken_).subspan(first_); }

  /// Takes what waits in `queue`, at most `messages_max`; does not wait. Only when empty.
  void take(rd_kafka_queue_t* queue, std::size_t messages_max);
  /// Done with the first `count` of those that wait.
  void release(std::size_t count);
  void clear() { release(taken_.size() - first_); }

 private:
  std::vector<rd_kafka_message_t*> taken_;
  std::size_t first_ = 0;  // those before it are released
};

}  // namespace deskd::connectors
