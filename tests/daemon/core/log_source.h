#pragma once
// A source that reads a log, as the core sees it: records with times, batches with positions.

#include <algorithm>
#include <deque>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "daemon/core/core.h"
#include "rules/imprint.h"
#include "tests/daemon/setup/config_folder.h"

namespace deskd::daemon::test {

using namespace std::chrono_literals;

inline const rules::Time start =
    std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + std::chrono::hours{8};

struct LogRecord {
  rules::Time at;
  rules::Status status = rules::Status::firing;
  rules::Severity severity = rules::Severity::major;
  std::string type = "disk";
  std::string resource = "db-1";
  std::string key = {};
  rules::Time event_at = {};  // unknown: as it is received
  rules::Time ends_at = {};
  std::string qualifier = {};
};

/// The sources `bus`, which reads a log, and `hooks`.
inline std::shared_ptr<Setup> log_setup(const std::string& times = "") {
  deskd::test::ConfigFolder folder;
  folder.write("deskd.yaml", "ledger: {path: data}\nrules: rules.d\ndesk: desk.yaml\n" + times +
                                 "sources: [{name: hooks, kind: webhook, format: generic}, {name: "
                                 "bus, kind: kafka, brokers: 'localhost:9', topics: [alerts], "
                                 "format: generic}]\n");
  folder.write("rules.d/10-a.yaml",
               "rules:\n"
               "  - {name: power, when: {type: power-ok}, then: {set: {status: resolved}, clears: "
               "{type: [battery, mains], by: [resource]}}}\n"
               "  - {name: own, when: {source: deskd}, then: {queue: noc, priority: P1}}\n"
               "  - {name: rest, then: {impact: low, urgency: low}}\n");
  std::shared_ptr<Setup> setup = folder.load();
  REQUIRE_MESSAGE(setup != nullptr, folder.said);
  return setup;
}

inline std::unique_ptr<connectors::Batch> batch_of(const Setup& setup, std::string_view source,
                                                   std::span<const LogRecord> records) {
  auto batch = std::make_unique<connectors::Batch>(std::string{});
  batch->source = source;
  // Not owned: the setup outlives every batch of a test.
  batch->setup = {std::shared_ptr<void>{}, &setup.judging};
  for (const LogRecord& record : records) {
    rules::Alert& alert = batch->alerts.emplace_back();
    alert.source = batch->keep(source);
    alert.key = batch->keep(record.key);
    alert.status = record.status;
    alert.severity = record.severity;
    alert.type = batch->keep(record.type);
    alert.resource = batch->keep(record.resource);
    alert.qualifier = batch->keep(record.qualifier);
    alert.received_at = record.at;
    alert.event_at = rules::is_known(record.event_at) ? record.event_at : record.at;
    alert.ends_at = record.ends_at;
  }
  rules::Imprinter imprinter;
  for (const rules::Alert& alert : batch->alerts) {
    auto& verdict = batch->verdicts.emplace_back();
    verdict = setup.judging.rules->judge(alert, batch->arena());
    verdict.imprint = imprinter.make(verdict, batch->arena());
  }
  return batch;
}

/// Records of one partition, of which the last has the offset `next` - 1. `watermark` unknown: the
/// reader has come to the end.
inline std::unique_ptr<connectors::Batch> log_batch(const Setup& setup,
                                                    std::span<const LogRecord> records,
                                                    std::int64_t next, rules::Time watermark) {
  auto batch = batch_of(setup, "bus", records);
  batch->positions.push_back({.topic = "alerts", .partition = 0, .next = next});
  batch->watermark = watermark;
  return batch;
}

/// A core, its ledger, and the process that may die between two turns.
class LogDesk {
 public:
  explicit LogDesk(std::shared_ptr<Setup> setup, rules::Time wall,
                   std::size_t record_cut_bytes = limits::record_cut_bytes)
      : setup_(std::move(setup)), record_cut_bytes_(record_cut_bytes) {
    recover(wall);
  }

  void recover(rules::Time wall, std::shared_ptr<Setup> setup) {
    setup_ = std::move(setup);
    recover(wall);
  }
  void recover(rules::Time wall) {
    core.emplace(record_cut_bytes_);
    for (const auto& record : records) REQUIRE(core->restore(record));
    REQUIRE_FALSE(core->recovered(setup_, wall));
  }
  /// What is due, then `change`, in one turn.
  Turn turn(rules::Time wall, auto&& change) {
    core->begin(wall);
    while (!core->expire()) {
    }
    change(*core);
    Turn turn = core->finish();
    if (!turn.record.empty()) records.push_back(turn.record);
    std::ranges::copy(turn.further, std::back_inserter(records));
    return turn;
  }
  void turn(rules::Time wall) {
    turn(wall, [](Core&) {});
  }
  /// As soon as it was made.
  Turn take(rules::Time wall, std::unique_ptr<connectors::Batch> batch) {
    if (!rules::is_known(batch->received_at)) batch->received_at = wall;
    return turn(wall, [&](Core& its) { its.take(std::move(batch)); });
  }
  /// Turns at every deadline up to `until`.
  void pass(rules::Time until) {
    for (auto next = core->next_deadline(); rules::is_known(next) && next <= until;
         next = core->next_deadline()) {
      turn(std::max(next, core->now()));
    }
  }
  const Setup& setup() const { return *setup_; }

  std::optional<Core> core;
  std::vector<ledger::Record> records;

 private:
  std::shared_ptr<Setup> setup_;
  std::size_t record_cut_bytes_;
};

}  // namespace deskd::daemon::test
