#pragma once
// A source of kind kafka: reads topics on a thread of its own.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "connectors/accounts.h"
#include "connectors/inbox.h"
#include "connectors/kafka/kafka_client.h"
#include "connectors/kafka/kafka_view.h"
#include "connectors/kafka/progress.h"
#include "connectors/kafka/wakeup.h"
#include "connectors/running_source.h"

namespace deskd::connectors {

struct KafkaParts {
  std::string source;  // its configured name
  std::function<std::shared_ptr<const Judging>()> setup;
  Accounts& accounts;
  Inbox& inbox;
  std::function<rules::Time()> clock;
  StoredPositions stored;
  std::function<void(KafkaLogLevel, std::string_view text)> on_log;  // any thread
};

class KafkaReader;

/// The view as people see it.
SourceState state_of(const KafkaView& view);

/// Positions travel with the batches, so a record is applied once: what was not committed is read
/// again. A full lane, or a ledger without room, holds one batch and asks the brokers for no more.
/// A broker that is away is a state; reading goes on when it is back.
class KafkaSource : public RunningSource {
 public:
  explicit KafkaSource(KafkaParts parts);
  ~KafkaSource() override;

  void start() override;
  void stop() override;
  void adopt(std::shared_ptr<const Judging> setup) override;
  SourceState state() const override;

  /// For metrics. Any thread.
  KafkaView view() const;

 private:
  const std::string name_;
  Wakeup wakeup_;
  std::atomic<bool> is_stopping_ = false;
  std::unique_ptr<KafkaReader> reader_;  // its thread's, but for `view`
  std::thread thread_;
};

}  // namespace deskd::connectors
