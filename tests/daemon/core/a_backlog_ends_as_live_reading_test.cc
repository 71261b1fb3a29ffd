// Timers of a source that reads a log run on the time of its records: what was read hours later
// ends as if it had been read at once.

#include <random>

#include <fmt/format.h>

#include "daemon/ledger/alert_log.h"
#include "tests/daemon/core/log_source.h"

namespace deskd::daemon::test {

namespace {

/// Three hours of one partition, the last record at their very end.
std::vector<LogRecord> three_hours(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto below = [&](std::uint64_t bound) { return random() % bound; };
  constexpr const char* types[] = {"disk", "link", "battery", "mains", "power-ok"};
  std::vector<LogRecord> records;
  rules::Time at = start;
  while (at < start + 3h) {
    LogRecord record{.at = at};
    record.type = types[below(5)];
    record.resource = fmt::format("h{}", below(6));
    if (below(2) == 0) record.key = fmt::format("k{}{}", record.resource, record.type);
    record.severity = static_cast<rules::Severity>(below(6));
    if (below(10) < 3) record.status = rules::Status::resolved;
    if (below(2) == 0) record.event_at = at - std::chrono::seconds{below(400)};
    if (below(10) < 6) record.ends_at = at + std::chrono::seconds{30 + below(900)};
    records.push_back(record);
    if (below(4) != 0) at += std::chrono::milliseconds{below(40'000)};  // else: one of equal time
  }
  records.push_back({.at = start + 3h, .resource = "last"});
  return records;
}

std::string time(rules::Time at) {
  return rules::is_known(at) ? fmt::format("{}", (at - start).count()) : "-";
}

/// Everything that three hours of service left behind, but for the service's own clock: an incident
/// is opened when it is opened.
std::string shown(const Core& core) {
  std::string text;
  for (rules::AlarmId id = 1; id <= core.correlator().last_alarm(); ++id) {
    const auto alarm = *core.correlator().find(id);
    text += fmt::format(
        "alarm {} x{} severity {} active {} by {} raised {} last {} cleared {} event {}\n", id,
        alarm.count, rules::name(alarm.severity), alarm.active, rules::name(alarm.cleared_by),
        time(alarm.raised_at), time(alarm.last_at), time(alarm.cleared_at), time(alarm.event_at));
    for (const auto& origin : core.correlator().origins_of(id)) {
      text += fmt::format("  origin {} {} {} event {} received {} ends {}\n", origin.key,
                          rules::name(origin.status), rules::name(origin.ended_by),
                          time(origin.event_at), time(origin.received_at), time(origin.ends_at));
    }
    text += fmt::format("  of incident {}\n", core.desk().membership(id)->incident);
  }
  for (desk::IncidentId id = 1; id <= core.desk().last_incident(); ++id) {
    const auto incident = core.desk().find(id).value();
    text += fmt::format("incident {} state {} severity {} {} {} {} alarms {} version {}\n", id,
                        static_cast<int>(incident.state), rules::name(incident.severity),
                        incident.priority, incident.queue, incident.title, incident.alarm_count,
                        incident.version);
    for (const auto& entry : core.desk().timeline(id)) {
      text += fmt::format("  {} {} {}\n", entry.actor, entry.action, entry.text);
    }
  }
  return text;
}

std::string outcomes(const std::vector<ledger::Record>& records) {
  std::string text;
  for (const auto& record : records) {
    if (record.alerts.empty()) continue;
    REQUIRE(ledger::read_alerts(record.alerts, [&](const ledger::LoggedAlert& logged) {
      text += fmt::format("{} {} of alarm {}\n", time(logged.alert.received_at),
                          rules::name(logged.outcome), logged.alarm);
      return true;
    }));
  }
  return text;
}

/// Each record is read when it is written, and nobody stops.
LogDesk live(const std::vector<LogRecord>& records) {
  LogDesk desk(log_setup(), start - 1h);
  std::int64_t next = 0;
  for (const LogRecord& record : records) {
    desk.pass(record.at);
    desk.take(record.at, log_batch(desk.setup(), {&record, 1}, ++next, {}));
  }
  return desk;
}

/// The first `read` are read live. Then deskd is away, and all others are read at the end, in
/// batches of any size, several in one turn, and deskd is killed now and then.
LogDesk hours_later(const std::vector<LogRecord>& records, std::size_t read, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  LogDesk desk = live({records.begin(), records.begin() + static_cast<std::ptrdiff_t>(read)});
  rules::Time wall = records.back().at;
  desk.recover(wall);
  while (read < records.size()) {
    if (random() % 8 == 0) desk.recover(wall);
    if (read > 0) {
      CHECK(desk.core->positions_of("bus").partitions.at(0).next ==
            static_cast<std::int64_t>(read));
    }
    desk.turn(wall, [&](Core& core) {
      for (auto batches = 1 + random() % 3; batches > 0 && read < records.size(); --batches) {
        const auto size = std::min<std::size_t>(1 + random() % 60, records.size() - read);
        const std::span part(&records[read], size);
        read += size;
        const bool is_end = read == records.size();
        auto batch = log_batch(desk.setup(), part, static_cast<std::int64_t>(read),
                               is_end ? rules::Time{} : part.back().at);
        batch->received_at = wall;
        core.take(std::move(batch));
      }
    });
    wall += std::chrono::milliseconds{random() % 50};
  }
  return desk;
}

}  // namespace

TEST_CASE("three hours read at a start end in the state that live reading gives") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    const auto records = three_hours(seed);
    const auto at_once = live(records);
    for (const std::size_t read_live : {std::size_t{0}, records.size() / 3}) {
      CAPTURE(read_live);
      const auto later = hours_later(records, read_live, seed);
      CHECK(outcomes(later.records) == outcomes(at_once.records));
      CHECK(shown(*later.core) == shown(*at_once.core));
    }
    // The run is worth something: much fell silent, and came again.
    std::size_t silent = 0;
    for (rules::AlarmId id = 1; id <= at_once.core->correlator().last_alarm(); ++id) {
      if (at_once.core->correlator().find(id)->cleared_by == rules::ClearCause::silence) ++silent;
    }
    CHECK(silent > 1);
  }
}

TEST_CASE("nothing of a partition that is behind falls silent because another one is ahead") {
  LogDesk desk(log_setup(), start + 3h);
  const LogRecord fires{.at = start, .resource = "slow", .ends_at = start + 5min};
  const LogRecord again{.at = start + 4min, .resource = "slow", .ends_at = start + 9min};
  const LogRecord ahead[] = {{.at = start + 1h, .resource = "quick"},
                             {.at = start + 2h, .resource = "quick"}};
  desk.take(start + 3h, log_batch(desk.setup(), {&fires, 1}, 1, start));
  auto batch = log_batch(desk.setup(), ahead, 2, start);  // the least of both partitions
  batch->positions[0].partition = 1;
  desk.take(start + 3h, std::move(batch));
  desk.pass(start + 3h + 10min);  // no grace is over, but the clock would do it
  CHECK(desk.core->correlator().find(1)->active);

  desk.take(start + 3h + 10min, log_batch(desk.setup(), {&again, 1}, 2, start + 4min));
  CHECK(desk.core->correlator().find(1)->count == 2);
  CHECK(desk.core->correlator().find(1)->active);
  // Both have been read up to here: now its time has come, and it is the records' time.
  desk.take(start + 3h + 10min, log_batch(desk.setup(), {}, 3, start + 30min));
  CHECK_FALSE(desk.core->correlator().find(1)->active);
  CHECK(desk.core->correlator().find(1)->cleared_at == start + 9min);
}

TEST_CASE("a batch of several partitions that is out of order ends nothing early") {
  LogDesk desk(log_setup(), start + 3h);
  const LogRecord records[] = {
      {.at = start, .resource = "slow", .ends_at = start + 5min},
      {.at = start + 1h, .resource = "quick"},  // of another partition
      {.at = start + 4min, .resource = "slow", .ends_at = start + 9min},
  };
  desk.take(start + 3h, log_batch(desk.setup(), records, 3, start + 4min));
  CHECK(desk.core->correlator().find(1)->count == 2);
  CHECK(desk.core->correlator().find(1)->active);
}

TEST_CASE("a backlog holds up the timers of its own source only") {
  LogDesk desk(log_setup("times: {restart_grace: 1m}\n"), start);
  const LogRecord slow{.at = start - 3h, .resource = "slow", .ends_at = start - 2h};
  const LogRecord quick{.at = start, .resource = "quick", .ends_at = start + 5min};
  desk.take(start, log_batch(desk.setup(), {&slow, 1}, 1, start - 3h));
  desk.take(start, batch_of(desk.setup(), "hooks", {&quick, 1}));
  CHECK(desk.core->next_deadline() == start + 5min);
  desk.pass(start + 6min);
  CHECK(desk.core->correlator().find(1)->active);
  CHECK_FALSE(desk.core->correlator().find(2)->active);
  CHECK(desk.core->correlator().find(2)->cleared_at == start + 5min);

  SUBCASE("once it reads live, its time is ours") {
    desk.take(start + 6min, log_batch(desk.setup(), {}, 2, {}));
    desk.pass(start + 6min);
    CHECK_FALSE(desk.core->correlator().find(1)->active);
    CHECK(desk.core->correlator().find(1)->cleared_at == start + 6min);
  }
  SUBCASE("a restart in between changes nothing") {
    desk.recover(start + 6min);
    desk.pass(start + 10min);
    CHECK(desk.core->correlator().find(1)->active);
    desk.take(start + 10min, log_batch(desk.setup(), {}, 2, start - 2h));
    CHECK(desk.core->correlator().find(1)->cleared_at == start - 2h);
  }
}

}  // namespace deskd::daemon::test
