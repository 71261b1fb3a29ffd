// States in a ledger that can't all be true end recovery with words, wherever they would have ended
// deskd sooner or later.

#include <doctest/doctest.h>

#include <string>

#include <fmt/format.h>

#include "daemon/core/core.h"
#include "daemon/ledger/ledger.h"
#include "tests/support/temporary_folder.h"

namespace deskd::daemon {

namespace {

using Entity = rules::Contradiction::Entity;

const rules::Time start = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22};

std::shared_ptr<Setup> shipped_setup() {
  config::Problems problems;
  auto setup = load_setup(std::string(DESKD_ROOT) + "/config/deskd.yaml", problems);
  REQUIRE_MESSAGE(setup != nullptr, problems.text());
  return setup;
}

/// All that is written of an alarm that fires, and of its incident.
struct States {
  rules::AlarmState alarm{.id = 1,
                          .count = 1,
                          .severity = rules::Severity::major,
                          .active = true,
                          .raised_at = start,
                          .last_at = start};
  bool has_alarm = true, has_text = true, has_origin = true;
  rules::OriginView origin{.id = 1,
                           .alarm = 1,
                           .source = 1,
                           .setup = 1,
                           .severity = rules::Severity::major,
                           .received_at = start};
  bool has_incident = true, has_membership = true;
  desk::Incident incident{.id = 1,
                          .title = "Link down",
                          .opened_at = start,
                          .updated_at = start,
                          .alarm_count = 1,
                          .timeline_count = 2};
  desk::Membership membership{
      .alarm = 1, .incident = 1, .active = true, .severity = rules::Severity::major};
  std::vector<std::uint64_t> entries{0, 1};

  void put(ledger::StateWriter& states) const {
    states.put(ledger::SourceName{1, "hooks"});
    if (has_alarm) states.put(alarm);
    if (has_text) {
      states.put(alarm.id, rules::AlarmText(std::vector<rules::IdentityPart>{{"resource", "a"}},
                                            rules::Alert{}));
    }
    if (has_origin) states.put(origin);
    if (has_incident) states.put(incident);
    if (has_membership) states.put(membership);
    for (const auto index : entries) {
      states.put({incident.id, index}, desk::TimelineEntry{start, "deskd", "opened", ""});
    }
  }
  ledger::Record record(std::uint64_t number = 1) const {
    ledger::StateWriter states;
    put(states);
    return {.number = number, .at = start, .alerts = {}, .states = states.take()};
  }
};

std::optional<rules::Contradiction> contradiction_of(const States& states) {
  Core core;
  REQUIRE(core.restore(states.record()));
  return core.recovered(shipped_setup(), start);
}

struct Row {
  const char* name;
  void (*spoil)(States&);
  Entity entity;
  const char* what;
};

const Row rows[] = {
    {"an alarm without a text", [](States& all) { all.has_text = false; }, Entity::alarm,
     "has no text"},
    {"a text without an alarm",
     [](States& all) { all.has_alarm = all.has_origin = all.has_membership = false; },
     Entity::alarm, "has a text alone"},
    {"an origin without an alarm",
     [](States& all) { all.has_alarm = all.has_text = all.has_membership = false; }, Entity::origin,
     "is of alarm 0-1, which is not there or forgotten"},
    {"an origin of a forgotten alarm", [](States& all) { all.alarm.forgotten = true; },
     Entity::origin, "is of alarm 0-1, which is not there or forgotten"},
    {"an active alarm without an origin", [](States& all) { all.has_origin = false; },
     Entity::alarm, "is active, but no origin of it fires"},
    {"an active alarm whose origin has ended",
     [](States& all) { all.origin.status = rules::Status::resolved; }, Entity::alarm,
     "is active, but no origin of it fires"},
    {"a cleared alarm whose origin fires",
     [](States& all) { all.alarm.active = all.membership.active = false; }, Entity::alarm,
     "is not active, but an origin of it fires"},
    {"a timeline without its incident",
     [](States& all) { all.has_incident = all.has_membership = false; }, Entity::timeline,
     "is of an incident that is not there"},
    {"a membership in no incident",
     [](States& all) {
       all.has_incident = false;
       all.entries.clear();
     },
     Entity::membership, "names incident 0-1, which is not there"},
    {"an incident that counts more entries", [](States& all) { all.incident.timeline_count = 3; },
     Entity::incident, "counts 3 timeline entries, but 2 were written"},
    {"an incident that counts fewer", [](States& all) { all.incident.timeline_count = 1; },
     Entity::incident, "counts 1 timeline entries, but 2 were written"},
    {"an incident without any of its entries", [](States& all) { all.entries.clear(); },
     Entity::incident, "counts 2 timeline entries, but 0 were written"},
    {"a timeline without its first entry", [](States& all) { all.entries = {1}; }, Entity::timeline,
     "lacks its entry number 1"},
    {"a timeline without one in the middle",
     [](States& all) {
       all.incident.timeline_count = 4;
       all.entries = {0, 1, 3};
     },
     Entity::timeline, "lacks its entry number 3"},
    {"an incident of fewer alarms than belong to it",
     [](States& all) { all.incident.alarm_count = 0; }, Entity::incident,
     "counts 0 alarms, but 1 belong to it"},
    {"a closed incident that is to wake",
     [](States& all) {
       all.incident.state = desk::State::closed;
       all.incident.pending_until = start;
     },
     Entity::incident, "is closed, but is to wake"},
    {"an active alarm without an incident", [](States& all) { all.has_membership = false; },
     Entity::alarm, "is active, but belongs to no incident"},
    {"a membership of no alarm",
     [](States& all) { all.has_alarm = all.has_text = all.has_origin = false; }, Entity::membership,
     "has no such alarm"},
    {"an active alarm whose membership is not", [](States& all) { all.membership.active = false; },
     Entity::membership, "says that it is not active, but it is"},
    {"a cleared alarm whose membership is active",
     [](States& all) {
       all.alarm.active = false;
       all.origin.status = rules::Status::resolved;
     },
     Entity::membership, "says that it is active, but it is not"},
};

}  // namespace

TEST_CASE("states that go together are taken") { CHECK_FALSE(contradiction_of({})); }

TEST_CASE("states that contradict each other are told, the first of them by name") {
  for (const Row& row : rows) {
    CAPTURE(row.name);
    States states;
    row.spoil(states);
    const auto contradiction = contradiction_of(states);
    REQUIRE(contradiction);
    CHECK(contradiction->entity == row.entity);
    CHECK(contradiction->id == 1);
    CHECK(contradiction->what == row.what);
  }
}

TEST_CASE("the ledger names its file and the last record that tells of a contradiction") {
  const test::TemporaryFolder folder;
  auto ledger = ledger::Ledger::open(folder.path(), std::uint64_t{1} << 30);
  REQUIRE(ledger);
  States states;
  std::vector<ledger::Record> records{states.record(1)};
  states.incident.timeline_count = 3;
  states.entries.clear();
  records.push_back(states.record(2));
  ledger::StateWriter other;
  other.put(desk::Incident{.id = 2, .opened_at = start, .updated_at = start});
  records.push_back({.number = 3, .at = start, .alerts = {}, .states = other.take()});
  REQUIRE((*ledger)->commit(records) == ledger::CommitResult::synced);

  Core core;
  REQUIRE((*ledger)->replay([&](const ledger::Record& record) { return core.restore(record); }));
  const auto contradiction = core.recovered(shipped_setup(), start);
  REQUIRE(contradiction);
  CHECK((*ledger)->problem_with(*contradiction) ==
        fmt::format("record 2 of {}/ledger.db contradicts others, so it is damaged: incident 0-1 "
                    "counts 3 timeline entries, but 2 were written; restore a copy of the ledger",
                    folder.path()));
}

}  // namespace deskd::daemon
