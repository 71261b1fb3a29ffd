// The way of an alert through deskd on one thread, without socket, clock or disk: decode, judge,
// correlate and desk, encode. For instructions.py, which counts what it costs.
//
//   alert_path CONFIG ALERTS [--new | --kafka]
//
// Bodies of Prometheus's API; --new: each alert is of a thing never told of; --kafka: each alert is
// a message of the source `bus`.

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "config/check.h"
#include "config/limits.h"
#include "connectors/kafka/record_batch.h"
#include "daemon/core/core.h"
#include "daemon/core/current_setup.h"
#include "tests/bench/alert_batches.h"

namespace {

using namespace deskd;
using bench::alerts_in_a_batch, bench::start;

constexpr std::size_t batches_in_a_turn = 4;
constexpr std::size_t distinct = 1000;
constexpr auto turn_every = std::chrono::milliseconds{1};

std::vector<bench::Body> make_bodies() {
  std::vector<bench::Body> bodies;
  for (std::size_t n = 0; n < distinct; n += alerts_in_a_batch) {
    bodies.push_back(bench::make_body(n, distinct));
  }
  return bodies;
}

std::vector<std::string> make_messages() {
  const bench::AlertCorpus corpus(std::chrono::time_point_cast<std::chrono::milliseconds>(start));
  std::vector<std::string> messages(distinct);
  for (std::size_t n = 0; n < distinct; ++n) corpus.append(messages[n], n);
  return messages;
}

class AlertPath {
 public:
  explicit AlertPath(std::shared_ptr<daemon::Setup> setup) : setup_(std::move(setup)) {
    DESKD_CHECK(!core_.recovered(setup_, start));
    core_.begin(start);
    core_.finish();
  }

  /// Returns the bytes of the records.
  std::size_t run(std::size_t alerts, bool all_new) {
    std::size_t bytes = 0, batch = 0;
    for (rules::Time now = start; batch * alerts_in_a_batch < alerts; now += turn_every) {
      core_.begin(now);
      core_.expire();
      for (std::size_t i = 0; i < batches_in_a_turn; ++i, ++batch) {
        bench::Body& body = bodies_[batch % bodies_.size()];
        if (all_new) make_new(body);
        core_.take(bench::judged(setup_, body.text, now));
      }
      bytes += finish();
    }
    return bytes;
  }

  /// The same, each alert a Kafka message.
  std::size_t run_messages(std::size_t alerts) {
    const connectors::Source* const bus = setup_->judging.find("bus");
    DESKD_CHECK(bus != nullptr);
    const std::vector<std::string> messages = make_messages();
    connectors::Accounts accounts;
    std::vector<connectors::Record> records;
    std::size_t bytes = 0, sent = 0;
    for (rules::Time now = start; sent < alerts; now += turn_every) {
      records.resize(std::min(alerts - sent, limits::kafka_batch_records));
      for (connectors::Record& record : records) {
        record.envelope = {.topic = "alerts",
                           .offset = static_cast<std::int64_t>(sent),
                           .timestamp = now,
                           .key = {},
                           .headers = {}};
        record.value = messages[sent++ % messages.size()];
      }
      core_.begin(now);
      core_.expire();
      auto batch =
          connectors::make_record_batch(records, {*bus, daemon::judging_of(setup_), accounts, now});
      DESKD_CHECK(batch->alerts.size() == records.size());
      batch->receipt = connectors::Receipt([](connectors::Settlement) {});
      core_.take(std::move(batch));
      bytes += finish();
    }
    return bytes;
  }

 private:
  std::size_t finish() {
    const daemon::Turn turn = core_.finish();
    return turn.record.alerts.size() + turn.record.states.size();
  }

  void make_new(bench::Body& body) {
    for (const auto& places : body.alerts) bench::write_host(body.text, places, next_host_++);
  }

  std::shared_ptr<daemon::Setup> setup_;
  daemon::Core core_;
  std::vector<bench::Body> bodies_ = make_bodies();
  std::uint32_t next_host_ = bench::first_new_host;
};

}  // namespace

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  const std::string_view more = argc == 4 ? arguments[3] : "";
  const bool is_known = more == "--new" || more == "--kafka";
  if (argc != 3 && !is_known) {
    fmt::print(stderr, "usage: alert_path CONFIG ALERTS [--new | --kafka]\n");
    return 2;
  }
  AlertPath path(bench::setup_of(arguments[1]));
  const std::size_t alerts = std::strtoull(arguments[2], nullptr, 10);
  const std::size_t bytes =
      more == "--kafka" ? path.run_messages(alerts) : path.run(alerts, more == "--new");
  fmt::print("{} bytes of records\n", bytes);
}
