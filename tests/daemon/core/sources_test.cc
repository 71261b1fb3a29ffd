// What sources bring besides alerts: positions, watermarks that stall, dead letters; and deskd's
// own alerts.

#include "connectors/accounts.h"
#include "daemon/ledger/alert_log.h"
#include "tests/daemon/core/log_source.h"

namespace deskd::daemon::test {

namespace {

std::int64_t next_of(const Core& core, std::string_view topic, std::int32_t partition) {
  for (const auto& position : core.positions_of("bus").partitions) {
    if (position.topic == topic && position.partition == partition) return position.next;
  }
  return -1;
}

std::unique_ptr<connectors::Batch> empty_batch(const Setup& setup) {
  return batch_of(setup, "bus", {});
}

connectors::DeadLetter poison(std::int64_t offset, std::string value = "{") {
  return {.topic = "alerts",
          .partition = 3,
          .offset = offset,
          .at = start,
          .reason = "not JSON",
          .key = "edge-7",
          .value = std::move(value)};
}

}  // namespace

TEST_CASE("positions stand in the record of their alerts, and a start goes on from them") {
  LogDesk desk(log_setup(), start);
  CHECK(desk.core->positions_of("bus").partitions.empty());
  auto batch = empty_batch(desk.setup());
  batch->positions = {{"alerts", 0, 7}, {"alerts", 1, 0}, {"other", 0, 9}};
  batch->watermark = start - 1h;
  const auto turn = desk.take(start, std::move(batch));
  CHECK_FALSE(turn.record.empty());
  CHECK(turn.record.alerts.empty());
  REQUIRE(turn.batches.size() == 1);
  CHECK(turn.batches[0].settlement.kind == connectors::Settlement::Kind::durable);

  desk.recover(start);
  CHECK(next_of(*desk.core, "alerts", 0) == 7);
  CHECK(next_of(*desk.core, "alerts", 1) == 0);  // known to be read from its beginning
  CHECK(next_of(*desk.core, "other", 0) == 9);
  CHECK(desk.core->positions_of("bus").watermark == start - 1h);
  CHECK(desk.core->positions_of("hooks").partitions.empty());

  SUBCASE("what changes nothing leaves no record") {
    auto again = empty_batch(desk.setup());
    again->positions = {{"alerts", 0, 7}};
    again->watermark = start - 1h;
    desk.turn(start);  // the setup's names
    CHECK(desk.take(start, std::move(again)).record.empty());
  }
  SUBCASE("a stale one is ignored") {
    auto stale = empty_batch(desk.setup());
    stale->positions = {{"alerts", 0, 5}, {"other", 0, 10}};
    desk.take(start, std::move(stale));
    CHECK(next_of(*desk.core, "alerts", 0) == 7);
    CHECK(next_of(*desk.core, "other", 0) == 10);
  }
  SUBCASE("a partition that began anew counts from its beginning") {
    auto anew = empty_batch(desk.setup());
    anew->positions = {{"alerts", 0, 2, true}};
    desk.take(start, std::move(anew));
    desk.recover(start);
    CHECK(next_of(*desk.core, "alerts", 0) == 2);
  }
}

TEST_CASE("several batches of one turn write a position once") {
  LogDesk desk(log_setup(), start);
  desk.turn(start);
  const auto size_of_turn = [&](std::int64_t first, int batches) {
    auto turn = desk.turn(start, [&](Core& core) {
      for (int i = 0; i < batches; ++i) {
        core.take(log_batch(desk.setup(), {}, first + i, start - 1h));
      }
    });
    return turn.record.states.size();
  };
  size_of_turn(1, 1);
  const auto once = size_of_turn(2, 1);
  CHECK(size_of_turn(10, 20) == once);
}

TEST_CASE("a watermark that stands still for stall_max counts as now, and deskd says so itself") {
  LogDesk desk(log_setup("times: {stall_max: 15m, restart_grace: 1m}\n"), start);
  const LogRecord fires{.at = start - 2h, .ends_at = start - 1h};
  desk.take(start, log_batch(desk.setup(), {&fires, 1}, 1, start - 2h));
  CHECK(desk.core->next_deadline() == start + 15min);
  desk.turn(start + 15min - 1ns);
  CHECK(desk.core->correlator().last_alarm() == 1);
  CHECK(desk.core->correlator().find(1)->active);

  desk.turn(start + 15min);
  CHECK_FALSE(desk.core->correlator().find(1)->active);
  REQUIRE(desk.core->desk().last_incident() == 2);
  const auto incident = *desk.core->desk().find(2);
  CHECK(incident.queue == "noc");  // by the rule for deskd's own alerts
  CHECK(incident.priority == "P1");
  CHECK(incident.title ==
        "source bus stands still at 2026-11-22T06:00:00.000Z: what waits for its "
        "time goes by now");
  CHECK(desk.core->correlator().find_text(2)->view().resource == "bus");
  CHECK(desk.core->progress().is_stalled(desk.core->source_number("bus")));

  SUBCASE("it is told once") {
    desk.pass(start + 5h);
    CHECK(desk.core->correlator().find(2)->count == 1);
  }
  SUBCASE("it ends when the source goes on") {
    desk.take(start + 20min, log_batch(desk.setup(), {}, 1, start - 119min));
    CHECK_FALSE(desk.core->correlator().find(2)->active);
    CHECK(desk.core->desk().find(2)->state == desk::State::resolved);
    CHECK(desk.core->next_deadline() == start + 35min);
  }
  SUBCASE("it ends when the source goes on after a restart") {
    desk.recover(start + 20min);
    desk.pass(start + 2h);
    CHECK(desk.core->correlator().find(2)->count == 1);
    desk.take(start + 2h, log_batch(desk.setup(), {}, 1, {}));
    CHECK_FALSE(desk.core->correlator().find(2)->active);
  }
  SUBCASE("it ends when the source is no longer configured") {
    auto setup = log_setup();
    std::erase_if(setup->judging.sources,
                  [](const connectors::Source& source) { return source.name == "bus"; });
    desk.turn(start + 20min, [&](Core& core) { core.adopt(setup); });
    desk.turn(start + 21min);
    CHECK_FALSE(desk.core->correlator().find(2)->active);
  }
}

TEST_CASE("a source that reads a log no more does not stall") {
  LogDesk desk(log_setup("times: {stall_max: 15m}\n"), start);
  desk.take(start, log_batch(desk.setup(), {}, 1, start - 2h));
  auto setup = log_setup("times: {stall_max: 15m}\n");
  SUBCASE("as it is gone") {
    std::erase_if(setup->judging.sources, [](const auto& source) { return source.name == "bus"; });
  }
  SUBCASE("as its name is that of a webhook now") {
    for (auto& source : setup->judging.sources) source.kind = connectors::SourceKind::webhook;
  }
  desk.turn(start, [&](Core& core) { core.adopt(setup); });
  desk.turn(start + 1s);
  CHECK_FALSE(rules::is_known(desk.core->positions_of("bus").watermark));
  desk.turn(start + 16min);
  CHECK(desk.core->correlator().last_alarm() == 0);
  // Its time is ours, however seldom a webhook is used.
  const LogRecord fires{.at = start + 16min, .ends_at = start + 20min};
  desk.take(start + 16min, batch_of(*setup, "bus", {&fires, 1}));
  desk.pass(start + 20min);
  CHECK_FALSE(desk.core->correlator().find(1)->active);
}

TEST_CASE("a source that could not begin to read stalls too") {
  LogDesk desk(log_setup(), start);
  desk.take(start, log_batch(desk.setup(), {}, 1, rules::Time{1ns}));
  desk.pass(start + 1h);
  REQUIRE(desk.core->desk().last_incident() == 1);
  CHECK(desk.core->desk().find(1)->title ==
        "source bus has read nothing yet of what is behind: what waits for its time goes by now");
}

TEST_CASE("what moves does not stall, and what lives in our time can't") {
  LogDesk desk(log_setup("times: {stall_max: 15m}\n"), start);
  for (int minute = 0; minute < 60; minute += 10) {
    desk.pass(start + std::chrono::minutes{minute});
    desk.take(start + std::chrono::minutes{minute},
              log_batch(desk.setup(), {}, 1, start - 5h + std::chrono::minutes{minute}));
  }
  desk.take(start + 60min, log_batch(desk.setup(), {}, 1, {}));
  desk.pass(start + 5h);
  CHECK(desk.core->correlator().last_alarm() == 0);
}

TEST_CASE("dead letters are kept, dropped and recovered") {
  LogDesk desk(log_setup(), start);
  auto batch = empty_batch(desk.setup());
  batch->dead_letters = {poison(7), poison(9, std::string(2 * limits::dead_letter_bytes_max, 'x'))};
  CHECK(batch->bytes() > 2 * limits::dead_letter_bytes_max);
  CHECK_FALSE(desk.take(start, std::move(batch)).record.empty());
  REQUIRE(desk.core->dead_letters().all().size() == 2);
  desk.recover(start);
  const auto* first = desk.core->dead_letters().find(1);
  REQUIRE(first != nullptr);
  CHECK(desk.core->source_name(first->source) == "bus");
  CHECK(first->topic == "alerts");
  CHECK(first->partition == 3);
  CHECK(first->offset == 7);
  CHECK(first->reason == "not JSON");
  CHECK(first->key == "edge-7");
  CHECK(first->value == "{");
  CHECK(desk.core->dead_letters().find(2)->value.size() == limits::dead_letter_bytes_max);

  desk.turn(start, [](Core& core) {
    CHECK(core.drop_dead_letter(2));
    CHECK_FALSE(core.drop_dead_letter(2));
    CHECK_FALSE(core.drop_dead_letter(3));
  });
  desk.recover(start);
  CHECK(desk.core->dead_letters().all().size() == 1);
  auto later = empty_batch(desk.setup());
  later->dead_letters = {poison(11)};
  desk.take(start, std::move(later));
  CHECK(desk.core->dead_letters().find(3) != nullptr);  // no id is given twice
}

TEST_CASE("with too many dead letters the oldest leave, and are counted") {
  LogDesk desk(log_setup(), start);
  auto batch = empty_batch(desk.setup());
  SUBCASE("by number") {
    for (std::size_t i = 0; i < limits::dead_letters_max + 3; ++i) {
      batch->dead_letters.push_back(poison(static_cast<std::int64_t>(i)));
    }
    desk.take(start, std::move(batch));
    CHECK(desk.core->dead_letters().all().size() == limits::dead_letters_max);
    CHECK(desk.core->dead_letters().all().begin()->first == 4);
    CHECK(desk.core->dead_letters().crowded_out() == 3);
  }
  SUBCASE("by size") {
    const auto fit = limits::dead_letters_bytes_max / limits::dead_letter_bytes_max;
    for (std::size_t i = 0; i < fit + 3; ++i) {
      batch->dead_letters.push_back(
          poison(static_cast<std::int64_t>(i), std::string(limits::dead_letter_bytes_max, 'x')));
    }
    desk.take(start, std::move(batch));
    CHECK(desk.core->dead_letters().all().size() < fit);
    CHECK(desk.core->dead_letters().find(fit + 3) != nullptr);
    CHECK(desk.core->dead_letters().find(1) == nullptr);
  }
  const auto kept = desk.core->dead_letters().all().size();
  desk.recover(start);
  CHECK(desk.core->dead_letters().all().size() == kept);
}

TEST_CASE("a long reason is cut between two characters") {
  LogDesk desk(log_setup(), start);
  const std::string fits(limits::dead_letter_text_bytes - 1, 'x');
  auto batch = empty_batch(desk.setup());
  batch->dead_letters = {poison(7), poison(8)};
  batch->dead_letters[1].reason = fits + "é";
  desk.take(start, std::move(batch));
  const auto reason = [&](std::uint64_t letter) {
    return desk.core->dead_letters().find(letter)->reason;
  };
  CHECK(reason(2) == fits);
  desk.turn(start, [&](Core& core) {
    core.take({.letter = 1,
               .batch = empty_batch(desk.setup()),
               .taken = {},
               .taken_before = 0,
               .reason = fits + "é"});
  });
  CHECK(reason(1) == fits);
}

TEST_CASE("the SNMP engine's boots and seed are kept") {
  LogDesk desk(log_setup(), start);
  CHECK(desk.core->snmp_engine().boots == 0);
  desk.turn(start, [](Core& core) { core.set_snmp_engine({3, "a"}); });
  desk.turn(start, [](Core& core) { core.set_snmp_engine({4, "a"}); });
  desk.recover(start);
  CHECK(desk.core->snmp_engine().boots == 4);
  CHECK(desk.core->snmp_engine().seed == "a");
}

TEST_CASE("a gap is an incident of the record that holds the position behind it") {
  LogDesk desk(log_setup(), start);
  desk.turn(start, [](Core& core) {
    auto batch = log_batch(core.setup(), {}, 150, start);
    batch->gaps.push_back(
        {.topic = "alerts", .partition = 0, .expected = 100, .resumed = 150, .lost = 50});
    core.take(std::move(batch));
  });
  REQUIRE(desk.records.size() == 1);
  desk.recover(start);
  CHECK(desk.core->positions_of("bus").partitions.at(0).next == 150);
  const auto incident = desk.core->desk().find(1);
  REQUIRE(incident.has_value());
  CHECK(incident->queue == "noc");
  CHECK(incident->severity == rules::Severity::major);
  CHECK(incident->title ==
        "source bus: up to 50 records of alerts[0] were gone before they were read (offset 100 was "
        "next, 150 is the first that can be read)");
}

TEST_CASE("deskd's own alert is judged, logged and booked like any other") {
  LogDesk desk(log_setup(), start);
  connectors::Accounts accounts;
  const auto report = [&](rules::Status status) {
    auto turn = desk.turn(start, [&](Core& core) {
      core.report({.type = "kafka-gap",
                   .resource = "bus",
                   .qualifier = "alerts/0",
                   .severity = rules::Severity::critical,
                   .summary = "1,000 records were gone before they were read",
                   .status = status});
    });
    book_own_alerts(turn, accounts);
    for (const auto& applied : turn.batches) {
      accounts.settled(applied.batch->source, applied.outcomes);
    }
    return turn;
  };
  const auto turn = report(rules::Status::firing);
  const auto incident = *desk.core->desk().find(1);
  CHECK(incident.title == "1,000 records were gone before they were read");
  CHECK(incident.severity == rules::Severity::critical);
  CHECK(incident.queue == "noc");
  std::size_t logged = 0;
  CHECK(ledger::read_alerts(turn.record.alerts, [&](const ledger::LoggedAlert& alert) {
    CHECK(alert.alert.source == "deskd");
    CHECK(alert.alert.qualifier == "alerts/0");
    CHECK(alert.outcome == rules::Outcome::raised);
    ++logged;
    return true;
  }));
  CHECK(logged == 1);
  report(rules::Status::resolved);
  CHECK(desk.core->desk().find(1)->state == desk::State::resolved);

  const auto books = accounts.read(false);
  REQUIRE(books.size() == 1);
  CHECK(books[0].source == "deskd");
  CHECK(books[0].received == 2);
  CHECK(books[0].in_flight == 0);
  CHECK(books[0].outcomes[rules::Outcome::raised] == 1);
  CHECK(books[0].outcomes[rules::Outcome::cleared] == 1);
}

}  // namespace deskd::daemon::test
