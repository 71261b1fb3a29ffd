#pragma once
// A source of traps with all that stands around it, for tests.

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/limits.h"
#include "connectors/snmp/receiver/trap_intake.h"
#include "tests/connectors/snmp/message/sent_message.h"
#include "tests/connectors/snmp/sent_trap.h"

namespace deskd::connectors {

/// A setup with one source `traps`, no rules, the shipped table and these settings.
inline std::shared_ptr<const Judging> setup_of(SnmpSettings settings,
                                               rules::SetupNumber number = 1) {
  if (settings.names == nullptr) {
    settings.names = std::shared_ptr<const OidTable>(std::shared_ptr<void>(), &shipped_table());
  }
  config::Problems problems;
  auto judging = std::make_shared<Judging>();
  judging->number = number;
  judging->rules = rules::RuleSet::compile({}, {}, problems);
  REQUIRE(judging->rules != nullptr);
  Source source;
  source.name = "traps";
  source.kind = SourceKind::snmp;
  source.snmp = std::make_shared<SnmpSettings>(std::move(settings));
  judging->sources.push_back(std::move(source));
  return judging;
}

inline SnmpSettings open_settings() {
  SnmpSettings settings;
  settings.listen = {{"127.0.0.1", 0}};
  settings.communities.emplace_back("public");
  settings.level = SecurityLevel::no_auth_no_priv;
  return settings;
}

/// Accounts, an inbox with a lane for `traps`, and what the core would do with a batch.
struct TrapBooks {
  explicit TrapBooks(std::function<void()> on_offer = {}) : inbox(std::move(on_offer)) {
    inbox.set_lane("traps", limits::lane_bytes_default);
  }

  std::vector<std::unique_ptr<Batch>> take() { return inbox.take(limits::GiB); }
  void settle(std::vector<std::unique_ptr<Batch>>& batches, Settlement::Kind kind) {
    for (const auto& batch : batches) {
      rules::OutcomeCounts outcomes;
      outcomes[rules::Outcome::raised] = batch->alerts.size();
      accounts.settled("traps", outcomes);
      batch->receipt.settle({.kind = kind, .status = 0, .answer = {}});
    }
    batches.clear();
  }
  SourceBooks books() const {
    for (SourceBooks& one : accounts.read(true)) {
      if (one.source == "traps") return std::move(one);
    }
    return {};
  }

  Accounts accounts;
  Inbox inbox;
};

/// A trap intake, its answers kept.
struct TrapDesk : TrapBooks {
  explicit TrapDesk(SnmpSettings settings = open_settings())
      : intake({.source = "traps",
                .accounts = accounts,
                .inbox = inbox,
                .drops = drops,
                .engine_seed = "this machine",
                .engine_boots = 5,
                .repeat_window = std::chrono::hours{1},
                .send = [this](const ReturnPath&,
                               std::string_view bytes) { answers.emplace_back(bytes); },
                .on_settled =
                    [this](std::vector<InformKey> informs, bool is_durable) {
                      settled.emplace_back(std::move(informs), is_durable);
                    }}) {
    intake.adopt(setup_of(std::move(settings)), now);
  }

  void send(const std::string& bytes, std::string_view from = "10.0.0.7") {
    // A block of its own size, so that a sanitizer sees a look past its end.
    const std::vector<char> exact(bytes.begin(), bytes.end());
    intake.take({.bytes = {exact.data(), exact.size()},
                 .sender = rules::IpAddress::parse(from).value(),
                 .sender_text = from,
                 .path = path},
                now);
  }
  void pass(std::chrono::nanoseconds time) {
    now.wall += time;
    now.running += time;
  }
  /// The core takes what is there, and it becomes durable (or not).
  std::size_t commit(Settlement::Kind kind = Settlement::Kind::durable) {
    intake.flush(now, false);
    auto batches = take();
    std::size_t alerts = 0;
    for (const auto& batch : batches) alerts += batch->alerts.size();
    settle(batches, kind);
    for (const auto& [informs, is_durable] : std::exchange(settled, {})) {
      intake.settle(informs, is_durable, now);
    }
    return alerts;
  }
  std::uint64_t dropped(DropReason reason) const { return drops.of(reason); }
  /// The only alert there is.
  std::unique_ptr<Batch> one_batch() {
    intake.flush(now, false);
    auto batches = take();
    REQUIRE(batches.size() == 1);
    return std::move(batches.front());
  }

  Moment now{.wall = rules::parse_rfc3339("2026-11-22T08:00:00Z").value(), .running = {}};
  ReturnPath path;
  DropCounts drops;
  std::vector<std::string> answers;
  std::vector<std::pair<std::vector<InformKey>, bool>> settled;
  TrapIntake intake;
};

}  // namespace deskd::connectors
