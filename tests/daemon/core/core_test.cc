// What the core adds to correlator and desk: turns, remembered answers, recovery.

#include "daemon/core/core.h"

#include <doctest/doctest.h>

#include "config/limits.h"
#include "connectors/judged_batch.h"
#include "daemon/core/current_setup.h"

namespace deskd::daemon {

using namespace std::chrono_literals;

namespace {

const rules::Time start = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22};
const desk::Actor anna{desk::Actor::Kind::person, "anna"};

std::shared_ptr<Setup> shipped_setup() {
  config::Problems problems;
  auto setup = load_setup(std::string(DESKD_ROOT) + "/config/deskd.yaml", problems);
  REQUIRE_MESSAGE(setup != nullptr, problems.text());
  return setup;
}

Core recovered(const std::vector<ledger::Record>& records, rules::Time wall) {
  Core core;
  for (const auto& record : records) REQUIRE(core.restore(record));
  REQUIRE_FALSE(core.recovered(shipped_setup(), wall));
  return core;
}

}  // namespace

TEST_CASE("the answer to a command is remembered for the window, also across a restart") {
  auto core = recovered({}, start);
  core.begin(start);
  CHECK(core.answer_to("anna /incidents 7") == nullptr);
  core.remember("anna /incidents 7", 77, 201, R"({"id": "0-1"})");
  REQUIRE(core.answer_to("anna /incidents 7") != nullptr);
  const std::vector records{core.finish().record};
  CHECK(records[0].number == 1);

  auto again = recovered(records, start + 1min);
  const auto* answer = again.answer_to("anna /incidents 7");
  REQUIRE(answer != nullptr);
  CHECK(answer->body_hash == 77);
  CHECK(answer->status == 201);
  CHECK(answer->answer == R"({"id": "0-1"})");
  CHECK(answer->at == start);
  CHECK(again.answer_to("ben /incidents 7") == nullptr);

  const auto window = again.setup().settings.repeat_window;
  again.begin(start + window - std::chrono::nanoseconds{1});
  CHECK(again.answer_to("anna /incidents 7") != nullptr);
  (void)again.finish();
  again.begin(start + window);
  CHECK(again.answer_to("anna /incidents 7") == nullptr);
}

TEST_CASE("an incident raised by hand, taken and pending comes back as it was, and wakes") {
  auto core = recovered({}, start);
  core.begin(start);
  REQUIRE(core.raise_incident({.actor = anna,
                               .title = "No coffee",
                               .resource = "kitchen",
                               .statement = {.priority = "P2"}})
              .value() == 1);
  const auto queue = core.desk().find(1)->queue;
  REQUIRE(core.claim_next(queue, anna).value() == 1);
  REQUIRE_FALSE(core.claim_next(queue, anna).value().has_value());
  REQUIRE_FALSE(core.claim_next("nowhere", anna).has_value());
  REQUIRE(core.act(1, {.kind = desk::ActionKind::pend, .actor = anna, .until = start + 1h}));
  const auto turn = core.finish();
  CHECK(turn.events.size() == 2);  // opened, allocated

  auto again = recovered({turn.record}, start);
  const auto incident = *again.desk().find(1);
  CHECK(incident.state == desk::State::pending);
  CHECK(incident.person == "anna");
  CHECK(incident.resource == "kitchen");
  CHECK(incident.pinned == desk::Pins{.priority = true, .title = true});
  CHECK(again.next_deadline() == start + 1h);
  again.begin(start + 1h);
  CHECK(again.expire());
  CHECK(again.desk().find(1)->state == desk::State::in_progress);
  CHECK_FALSE(again.finish().record.empty());
  CHECK_FALSE(rules::is_known(again.next_deadline()));
}

TEST_CASE("either half of a record holds no more than its batches say, and a bit for each alert") {
  const auto setup = shipped_setup();
  for (const auto status : {rules::Status::firing, rules::Status::resolved}) {
    Core core;
    REQUIRE_FALSE(core.recovered(setup, start));
    auto batch = std::make_unique<connectors::Batch>("");
    batch->source = "hooks";
    batch->setup = judging_of(setup);
    batch->received_at = start;
    constexpr std::size_t count = 100;
    for (std::size_t i = 0; i < count; ++i) {
      const auto text = [&](char c) {
        return batch->keep(std::string(3'000, c), std::to_string(i));
      };
      const rules::Label label{text('l'), text('v')};
      auto* const labels = new (batch->arena().allocate(sizeof label)) rules::Label(label);
      batch->alerts.push_back({.source = batch->source,
                               .sender = text('s'),
                               .key = text('k'),
                               .status = status,
                               .severity = rules::Severity::critical,
                               .type = text('t'),
                               .resource = text('r'),
                               .qualifier = text('q'),
                               .summary = text('u'),
                               .labels = {labels, 1},
                               .annotations = {labels, 1},
                               .received_at = start,
                               .event_at = start,
                               .starts_at = {},
                               .ends_at = {}});
      batch->written += connectors::text_weight(batch->alerts.back());
    }
    connectors::judge(*batch);
    const std::size_t most = batch->written + count * limits::record_alert_bytes;
    CHECK(batch->bytes() > batch->written);
    core.begin(start);
    core.take(std::move(batch));
    const auto record = core.finish().record;
    CHECK(record.alerts.size() > count * 30'000);
    CHECK(record.alerts.size() < most);
    CHECK(record.states.size() < most);
  }
}

TEST_CASE("clearing an alarm that does not exist is refused by its id") {
  auto core = recovered({}, start);
  core.begin(start);
  const auto refused = core.clear_alarm(7, anna, "by hand");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == desk::Refusal::Kind::not_found);
  CHECK(refused.error().detail == "alarm 0-7 does not exist");
}

namespace {

constexpr std::uint64_t far = std::uint64_t{1} << 31U;
struct Impossible {
  const char* name;
  void (*put)(ledger::StateWriter&);
};
const Impossible impossible_states[] = {
    {"source 0", [](auto& states) { states.put(ledger::SourceName{0, "hooks"}); }},
    {"a source far away", [](auto& states) { states.put(ledger::SourceName{~0U, "hooks"}); }},
    {"a position of source 0",
     [](auto& states) { states.put(ledger::SourcePosition{0, "alerts", 0, 1}); }},
    {"a position of the last source",
     [](auto& states) { states.put(ledger::SourcePosition{~0U, "alerts", 0, 1}); }},
    {"a partition below 0",
     [](auto& states) { states.put(ledger::SourcePosition{1, "alerts", ~0U, 1}); }},
    {"an offset below 0",
     [](auto& states) { states.put(ledger::SourcePosition{1, "alerts", 0, ~0ULL}); }},
    {"the time of the last source",
     [](auto& states) { states.put(ledger::SourceWatermark{~0U, start, false}); }},
    {"setup 0", [](auto& states) { states.put(ledger::SetupNames{}); }},
    {"the last setup",
     [](auto& states) { states.put(ledger::SetupNames{.number = ~0U, .hash = {}}); }},
    {"alarm 0", [](auto& states) { states.put(rules::AlarmState{}); }},
    {"an alarm far away", [](auto& states) { states.put(rules::AlarmState{.id = far}); }},
    {"the text of alarm 0", [](auto& states) { states.put(0, rules::AlarmText("x")); }},
    {"the text of an alarm far away", [](auto& states) { states.put(far, rules::AlarmText("x")); }},
    {"origin 0", [](auto& states) { states.put({.id = 0, .alarm = 1, .source = 1}); }},
    {"an origin far away", [](auto& states) { states.put({.id = far, .alarm = 1, .source = 1}); }},
    {"an origin of alarm 0", [](auto& states) { states.put({.id = 1, .alarm = 0, .source = 1}); }},
    {"an origin of source 0", [](auto& states) { states.put({.id = 1, .alarm = 1, .source = 0}); }},
    {"incident 0", [](auto& states) { states.put(desk::Incident{}); }},
    {"an incident far away", [](auto& states) { states.put(desk::Incident{.id = far}); }},
    {"a membership of alarm 0",
     [](auto& states) { states.put(desk::Membership{.alarm = 0, .incident = 1}); }},
    {"a membership of an alarm far away",
     [](auto& states) { states.put(desk::Membership{.alarm = far, .incident = 1}); }},
    {"the timeline of incident 0",
     [](auto& states) { states.put({0, 0}, desk::TimelineEntry{start, "deskd", "opened", ""}); }},
    {"the timeline of an incident far away",
     [](auto& states) { states.put({far, 0}, desk::TimelineEntry{start, "deskd", "opened", ""}); }},
    {"a timeline entry that none can follow",
     [](auto& states) {
       states.put({1, ~std::uint64_t{0}}, desk::TimelineEntry{start, "deskd", "opened", ""});
     }},
    {"a membership of no incident",
     [](auto& states) { states.put(desk::Membership{.alarm = 1, .incident = 0}); }},
    {"a membership of an incident beyond all",
     [](auto& states) {
       states.put(desk::Membership{.alarm = 1, .incident = (std::uint64_t{1} << 56) + 1});
     }},
    {"dead letter 0", [](auto& states) { states.put(ledger::DeadLetter{.id = 0, .source = 1}); }},
    {"the last dead letter",
     [](auto& states) { states.put(ledger::DeadLetter{.id = ~std::uint64_t{0}, .source = 1}); }},
    {"the end of the last dead letter",
     [](auto& states) { states.put_letter_gone(~std::uint64_t{0}); }},
    {"a dead letter of source 0",
     [](auto& states) { states.put(ledger::DeadLetter{.id = 1, .source = 0}); }},
    {"a dead letter at an offset beyond all",
     [](auto& states) {
       states.put(ledger::DeadLetter{.id = 1, .source = 1, .offset = ~std::uint64_t{0}});
     }},
    {"a source after which no other can be named",
     [](auto& states) { states.put(ledger::SourceName{limits::source_numbers_max, "hooks"}); }},
    {"two names of one source",
     [](auto& states) {
       states.put(ledger::SourceName{1, "hooks"});
       states.put(ledger::SourceName{1, "bus"});
     }},
    {"two numbers of one source",
     [](auto& states) {
       states.put(ledger::SourceName{1, "hooks"});
       states.put(ledger::SourceName{2, "hooks"});
     }},
};

}  // namespace

TEST_CASE("states that can't be are refused, and the process lives") {
  for (const Impossible& row : impossible_states) {
    CAPTURE(row.name);
    ledger::StateWriter states;
    row.put(states);
    Core core;
    CHECK_FALSE(core.restore({.number = 1, .at = start, .alerts = {}, .states = states.take()}));
  }
}

}  // namespace deskd::daemon
