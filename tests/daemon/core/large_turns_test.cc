// A turn may change more than one record can hold: it goes on in the next ones.

#include <cstddef>
#include <string>
#include <vector>

#include "config/limits.h"
#include "tests/daemon/core/log_source.h"

namespace deskd::daemon::test {

namespace {

constexpr std::size_t many = 60;
constexpr std::size_t cut_bytes = limits::KiB;  // some seven incidents with their entries

/// The records of a turn, each of which is about as large as it may be.
void check_cut(const Turn& turn, const std::vector<ledger::Record>& all) {
  REQUIRE(turn.further.size() > 4);
  for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i].number == i + 1);
  for (const auto& record : turn.further) {
    CHECK(record.at == turn.record.at);
    CHECK_FALSE(record.empty());
    CHECK(record.states.size() < 2 * cut_bytes);
    CHECK(record.alerts.size() < 2 * cut_bytes);
  }
}

void check_all_resolved(const Core& core) {
  for (std::uint64_t id = 1; id <= many; ++id) {
    CAPTURE(id);
    const auto alarm = core.correlator().find(id);
    REQUIRE(alarm.has_value());
    CHECK_FALSE(alarm->active);
    CHECK(alarm->cleared_by == rules::ClearCause::named);
    const auto incident = core.desk().find(core.desk().membership(id).value().incident);
    REQUIRE(incident.has_value());
    CHECK(incident->state == desk::State::resolved);
    CHECK(core.desk().timeline(incident->id).size() == incident->timeline_count);
  }
}

void check_all_in(const Core& core, const std::string& queue) {
  for (std::uint64_t id = 1; id <= many; ++id) {
    CAPTURE(id);
    const auto incident = core.desk().find(id);
    REQUIRE(incident.has_value());
    CHECK(incident->queue == queue);
    const auto timeline = core.desk().timeline(id);
    REQUIRE(timeline.size() == 2);
    CHECK(timeline[1].action == "queue");
  }
}

}  // namespace

TEST_CASE("an end that names many alarms is one turn of several records") {
  LogDesk desk(log_setup(), start, cut_bytes);
  std::vector<LogRecord> raised;
  for (std::size_t i = 0; i < many; ++i)
    raised.push_back({.at = start, .type = "battery", .qualifier = std::to_string(i)});
  check_cut(desk.take(start, batch_of(desk.setup(), "hooks", raised)), desk.records);
  REQUIRE(desk.core->correlator().last_alarm() == many);
  CHECK(desk.core->recent().size() > 4);

  const std::vector<LogRecord> end{{.at = start + 1s, .type = "power-ok"}};
  const auto turn = desk.take(start + 1s, batch_of(desk.setup(), "hooks", end));
  check_cut(turn, desk.records);
  CHECK(turn.batches.size() == 1);
  check_all_resolved(*desk.core);

  desk.recover(start + 2s);
  check_all_resolved(*desk.core);
  const std::vector<LogRecord> next{{.at = start + 3s}};
  const auto later = desk.take(start + 3s, batch_of(desk.setup(), "hooks", next));
  CHECK(later.record.number == desk.records.size() - later.further.size());
}

TEST_CASE("incidents leave a queue that is gone in several records, by a reload and by a start") {
  const deskd::test::ConfigFolder folder;
  folder.write("rules.d/10-a.yaml", "rules: [{name: a, then: {impact: low, urgency: low}}]\n");
  const auto load = [&](const std::string& queues) {
    folder.write("desk.yaml", "queues: [" + queues + "{name: triage, catch_all: true}]\n");
    config::Problems problems;
    auto setup = load_setup(folder.path() + "/deskd.yaml", problems);
    REQUIRE_MESSAGE(setup != nullptr, problems.text());
    return setup;
  };
  LogDesk desk(load("{name: noc, team: NOC}, "), start, cut_bytes);
  desk.turn(start, [](Core& core) {
    for (std::size_t i = 0; i < many; ++i) {
      const desk::Actor anna{desk::Actor::Kind::person, "anna"};
      REQUIRE(core.raise_incident({.actor = anna, .title = "No coffee", .queue = "noc"}));
    }
  });

  SUBCASE("by a reload") {
    const std::shared_ptr<Setup> without = load("");
    const auto turn = desk.turn(start + 1s, [&](Core& core) { core.adopt(without); });
    check_cut(turn, desk.records);
    check_all_in(*desk.core, "triage");
    desk.recover(start + 2s, load(""));
  }
  SUBCASE("by a start") {
    desk.recover(start + 1s, load(""));
    check_all_in(*desk.core, "triage");
    check_cut(desk.turn(start + 1s, [](Core&) {}), desk.records);
    desk.recover(start + 2s, load(""));
  }
  check_all_in(*desk.core, "triage");
  CHECK(desk.turn(start + 2s, [](Core&) {}).record.empty());
}

}  // namespace deskd::daemon::test
