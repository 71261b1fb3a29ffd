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
#include "connectors/kafka/progress.h"
#include "connectors/kafka/wakeup.h"
#include "connectors/running_source.h"

namespace deskd::connectors {

/// Records that are gone before they were read: retention was faster, or the topic began anew.
struct KafkaGap {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t expected = 0;  // the offset that was to be read next
  std::int64_t resumed = 0;   // the one that is read instead
  std::uint64_t lost = 0;     // records at most; compaction and transactions leave holes too
};

struct KafkaParts {
  std::string source;  // its configured name
  std::function<std::shared_ptr<const Judging>()> setup;
  Accounts& accounts;
  Inbox& inbox;
  std::function<rules::Time()> clock;
  StoredPositions stored;
  std::function<void(const KafkaGap&)> on_gap;                       // the source's thread
  std::function<void(KafkaLogLevel, std::string_view text)> on_log;  // any thread
};

/// Since the start of the process.
struct KafkaCounts {
  std::uint64_t records = 0;
  std::uint64_t nulls = 0;
  std::uint64_t dead_letters = 0;
  std::uint64_t gaps = 0;
  std::uint64_t records_lost = 0;      // in gaps
  std::uint64_t times_read_again = 0;  // since batches did not become durable
  std::uint64_t faults = 0;            // told by librdkafka: connections, partitions
  std::uint64_t renewals = 0;          // of the client
};

struct PartitionLag {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t next = 0;
  bool is_known = false;  // else nobody can say where it ends
  std::uint64_t lag = 0;
};

/// What a reader shows of itself a few times a second.
struct KafkaView {
  std::string state = "starting";
  std::string detail;
  KafkaCounts counts;
  std::vector<PartitionLag> lags;
};

class KafkaReader;

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
