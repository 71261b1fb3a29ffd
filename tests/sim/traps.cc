#include "tests/sim/traps.h"

#include <utility>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "connectors/format/format.h"
#include "connectors/judged_batch.h"
#include "daemon/ledger/alert_log.h"

namespace deskd::sim {

void Traps::send(const std::shared_ptr<const daemon::Setup>& setup, rules::Time now,
                 connectors::Accounts& accounts, connectors::Inbox& inbox) {
  for (auto n = random_() % 40 == 0 ? 40 : random_() % 2; n > 0; --n) {
    send_one(setup, now, accounts, inbox);
  }
}

void Traps::send_one(const std::shared_ptr<const daemon::Setup>& setup, rules::Time now,
                     connectors::Accounts& accounts, connectors::Inbox& inbox) {
  const auto port = random_() % 5;
  auto batch = std::make_unique<connectors::Batch>(fmt::format(
      R"({{"agent":"10.0.0.7","checks":[{{"host":"edge-7","check":"link","state":"{}","severity":"major","id":"t{}","site":"port{}"}}]}})",
      random_() % 6 == 0 ? "ok" : "bad", ++last_id_, port));
  batch->source = "traps";
  batch->setup = {setup, &setup->judging};
  batch->received_at = now;
  const auto decoded = connectors::decode(*setup->judging.find("traps"), *batch->setup, *batch);
  REQUIRE(decoded.malformed == 0);
  connectors::judge(*batch);
  accounts.received("traps", 1, 0, 0, 0, now);
  ++received_;
  if (inbox.offer(batch)) return;
  connectors::refuse_without_room(*batch, accounts);
  ++refused_;
}

void Traps::durable(std::span<const ledger::Record> turn) {
  for (const auto& record : turn) {
    REQUIRE(ledger::read_alerts(record.alerts, [&](const ledger::LoggedAlert& logged) {
      if (logged.alert.source == "traps")
        ++seen_[std::string(rules::find_label(logged.labels, "id"))];
      return true;
    }));
  }
}

void Traps::check(const connectors::Accounts& accounts) const {
  std::uint64_t booked = 0;
  for (const auto& books : accounts.read(false)) {
    if (books.source == "traps") booked = books.received;
  }
  CHECK(booked == received_);
  for (const auto& [id, times] : seen_) {
    CAPTURE(id);
    CHECK(times == 1);
  }
}

}  // namespace deskd::sim
