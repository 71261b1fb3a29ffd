#include "tests/sim/bus.h"

#include <algorithm>
#include <utility>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "config/limits.h"
#include "connectors/format/format.h"
#include "connectors/judged_batch.h"
#include "daemon/ledger/alert_log.h"

namespace deskd::sim {

namespace {

constexpr const char* types[] = {"link", "disk", "battery", "mains", "power-ok"};
constexpr const char* severities[] = {"critical", "major", "warning", "strange"};

}  // namespace

void Bus::write(rules::Time now, std::uint64_t& next_id) {
  for (auto n = below(4); n > 0; --n) {
    Record record{.at = now};
    if (chance(5)) {
      record.body = "{\"checks\":";
      record.is_poison = true;
    } else if (!chance(5)) {
      record.id = fmt::format("a{}", ++next_id);
      const auto host = below(4);
      const auto type = below(5);
      record.body = fmt::format(
          R"({{"agent":"bus","checks":[{{"host":"h{}","check":"{}","key":"b{}-{}","state":"{}","severity":"{}","at":"{}","id":"{}"}}]}})",
          host, types[type], host, type, chance(80) ? "bad" : "ok", severities[below(4)],
          rules::rfc3339(now - std::chrono::seconds{below(180)}), record.id);
      if (chance(60)) record.ends_at = now + std::chrono::seconds{30 + below(1'000)};
    }
    partitions_[below(partitions_.size())].records.push_back(std::move(record));
  }
}

void Bus::start(const daemon::Core& core) {
  held_.reset();
  for (Partition& partition : partitions_) partition.read = 0;
  for (const auto& position : core.positions_of("bus").partitions) {
    Partition& partition = partitions_.at(static_cast<std::size_t>(position.partition));
    partition.read = static_cast<std::size_t>(position.next);
    CHECK(partition.read >= partition.checked);  // what was durable stays read
    CHECK(partition.read <= partition.records.size());
  }
}

void Bus::read(std::shared_ptr<const daemon::Setup> setup, rules::Time now,
               connectors::Accounts& accounts, connectors::Inbox& inbox) {
  if (held_ == nullptr) held_ = take(std::move(setup), now, accounts);
  inbox.offer(held_);
}

std::unique_ptr<connectors::Batch> Bus::take(std::shared_ptr<const daemon::Setup> setup,
                                             rules::Time now, connectors::Accounts& accounts) {
  struct Place {
    std::size_t partition, offset, body_at;
  };
  std::vector<Place> places;
  std::string received;
  for (auto n = 1 + below(40); n > 0; --n) {
    const auto index = next_partition();
    if (index == partitions_.size()) break;
    Partition& partition = partitions_[index];
    places.push_back({index, partition.read, received.size()});
    received += partition.records[partition.read++].body;
  }
  received.reserve(received.size() + 64);
  auto batch = std::make_unique<connectors::Batch>(std::move(received));
  batch->source = "bus";
  batch->setup = {setup, &setup->judging};
  batch->received_at = now;
  const auto& source = *setup->judging.find("bus");
  for (const Place& place : places) {
    add(*batch, source, place.partition, place.offset, place.body_at, accounts);
  }
  connectors::judge(*batch);
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    batch->positions.push_back({.topic = "alerts",
                                .partition = static_cast<std::int32_t>(i),
                                .next = static_cast<std::int64_t>(partitions_[i].read)});
  }
  batch->watermark = watermark();
  return batch;
}

void Bus::add(connectors::Batch& batch, const connectors::Source& source, std::size_t partition,
              std::size_t offset, std::size_t body_at, connectors::Accounts& accounts) {
  const Record& record = partitions_[partition].records[offset];
  if (record.body.empty()) return;
  const auto body = std::string_view(batch.received()).substr(body_at, record.body.size());
  const auto decoded =
      connectors::decode(source, *batch.setup, {.body = body, .received_at = record.at}, batch);
  accounts.received("bus", record.is_poison ? 0 : 1, decoded.malformed, 0, 0, record.at);
  CHECK(decoded.fatal.has_value() == record.is_poison);
  if (record.is_poison) {
    batch.dead_letters.push_back({.topic = "alerts",
                                  .partition = static_cast<std::int32_t>(partition),
                                  .offset = static_cast<std::int64_t>(offset),
                                  .at = record.at,
                                  .reason = decoded.fatal->detail,
                                  .key = {},
                                  .value = record.body});
  } else {
    batch.alerts.back().ends_at = record.ends_at;
  }
}

std::size_t Bus::next_partition() const {
  std::size_t next = partitions_.size();
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    const Partition& its = partitions_[i];
    if (its.read == its.records.size()) continue;
    if (next < partitions_.size() &&
        partitions_[next].records[partitions_[next].read].at <= its.records[its.read].at) {
      continue;
    }
    next = i;
  }
  return next;
}

bool Bus::has_read_all() const {
  return held_ == nullptr && next_partition() == partitions_.size();
}

// The least time up to which a partition that is behind was read; unknown: none is.
rules::Time Bus::watermark() const {
  rules::Time least;
  for (const Partition& its : partitions_) {
    if (its.read == its.records.size()) continue;
    const rules::Time at = its.records[its.read == 0 ? 0 : its.read - 1].at;
    if (!rules::is_known(least) || at < least) least = at;
  }
  return least;
}

void Bus::durable(std::span<const ledger::Record> turn, const daemon::Core& core) {
  for (const auto& record : turn) {
    REQUIRE(ledger::read_alerts(record.alerts, [&](const ledger::LoggedAlert& logged) {
      if (logged.alert.source == "bus")
        ++seen_[std::string(rules::find_label(logged.labels, "id"))];
      return true;
    }));
  }
  const auto& letters = core.dead_letters().all();
  for (auto it = letters.upper_bound(letters_seen_); it != letters.end(); ++it) {
    ++dead_[{it->second.partition, it->second.offset}];
    letters_seen_ = it->first;
  }
  for (const auto& position : core.positions_of("bus").partitions) {
    check(static_cast<std::size_t>(position.partition), static_cast<std::size_t>(position.next));
  }
  check_silence(core);
}

// A source's word that it is live holds for a moment: so much earlier may an end come.
// One that stalls, be it for a moment, lives in our time.
void Bus::check_silence(const daemon::Core& core) {
  const auto bus = core.source_number("bus");
  bool has_stalled = core.progress().is_stalled(bus);
  rules::Time unread = rules::Time::max();
  for (const Partition& its : partitions_) {
    if (its.checked < its.records.size()) unread = std::min(unread, its.records[its.checked].at);
  }
  for (rules::AlarmId id = 1; id <= core.correlator().last_alarm(); ++id) {
    const auto alarm = core.correlator().find(id);
    if (!alarm || alarm->last_at != core.now()) continue;
    has_stalled |= core.correlator().find_text(id)->view().type == "source-stalled";
  }
  for (rules::AlarmId id = 1; id <= core.correlator().last_alarm(); ++id) {
    for (const auto& origin : core.correlator().origins_of(id)) {
      if (origin.source != bus || origin.ended_by != rules::ClearCause::silence) continue;
      if (!silent_.emplace(origin.id, origin.ends_at).second) continue;
      if (has_stalled) continue;
      CAPTURE(origin.key);
      CHECK(origin.ends_at - limits::live_word_holds <= unread);
    }
  }
}

void Bus::check(std::size_t partition, std::size_t durable) {
  Partition& its = partitions_.at(partition);
  CAPTURE(partition);
  REQUIRE(durable >= its.checked);
  for (std::size_t offset = its.checked; offset < its.records.size(); ++offset) {
    CAPTURE(offset);
    const Record& record = its.records[offset];
    const bool is_read = offset < durable;
    if (!record.id.empty()) {
      const auto seen = seen_.find(record.id);
      CHECK((seen == seen_.end() ? 0U : seen->second) == (is_read ? 1U : 0U));
    }
    const auto dead = dead_.find({partition, offset});
    CHECK((dead == dead_.end() ? 0U : dead->second) == (is_read && record.is_poison ? 1U : 0U));
  }
  its.checked = durable;
}

std::uint64_t Bus::written() const {
  std::uint64_t written = 0;
  for (const Partition& partition : partitions_) written += partition.records.size();
  return written;
}

}  // namespace deskd::sim
