#include "daemon/running_sources.h"

#include <fstream>
#include <set>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "daemon/log.h"
#include "tests/connectors/kafka/mock_topic.h"
#include "tests/support/running_core.h"
#include "tests/support/temporary_folder.h"

namespace deskd::daemon {

namespace {

const std::string traps = "  - {name: traps, kind: snmp, listen: [\"127.0.0.1:0\"]}\n";

std::string bus(const std::string& brokers) {
  return fmt::format(
      "  - {{name: bus, kind: kafka, brokers: \"{}\", topics: [alerts], format: generic, "
      "start: beginning, mapping: {{resource: /resource}}}}\n",
      brokers);
}

/// Sources over a core with a ledger; files in `folder`.
struct Desk {
  explicit Desk(const test::TemporaryFolder& made, const std::string& list)
      : folder(made),
        core(folder.path("ledger"), setup(list)),
        sources({.accounts = core.accounts,
                 .inbox = core.inbox,
                 .core = *core.core,
                 .clock = test::wall_clock,
                 .setup = [this] { return core.current.get(); }}) {
    sources.adopt(core.current.get());
  }
  ~Desk() { sources.stop(); }

  std::shared_ptr<Setup> setup(const std::string& list) {
    std::ofstream(folder.path("desk.yaml")) << "queues: [{name: triage, catch_all: true}]\n";
    std::ofstream(folder.path("rules.yaml")) << "rules:\n  - {name: rest, then: {impact: low}}\n";
    std::ofstream(folder.path("deskd.yaml"))
        << "rules: rules.yaml\ndesk: desk.yaml\nsources:\n"
        << (list.empty() ? "  - {name: prometheus, kind: alertmanager_api}\n" : list);
    config::Problems problems;
    auto loaded = load_setup(folder.path("deskd.yaml"), problems);
    REQUIRE_MESSAGE(loaded != nullptr, problems.text());
    return loaded;
  }

  void reload(const std::string& list) { sources.adopt(core.adopt(setup(list))); }

  std::set<std::string> running() const {
    std::set<std::string> names;
    for (const auto& view : sources.views()) names.insert(view.source);
    return names;
  }

  std::string fact(std::string_view source, std::string_view name) const {
    for (const auto& view : sources.views()) {
      if (view.source != source) continue;
      for (const auto& [its_name, text] : view.state.facts) {
        if (its_name == name) return text;
      }
    }
    return {};
  }

  rules::OutcomeCounts outcomes(std::string_view source) const {
    for (const auto& books : core.accounts.read(false)) {
      if (books.source == source) return books.outcomes;
    }
    return {};
  }

  const test::TemporaryFolder& folder;
  test::RunningCore core;
  RunningSources sources;
};

std::uint64_t total(const rules::OutcomeCounts& outcomes) {
  std::uint64_t sum = 0;
  for (const auto count : outcomes.counts) sum += count;
  return sum;
}

}  // namespace

TEST_CASE("the SNMP engine counts its starts, and is the same after each") {
  log::open(log::Form::text);
  const test::TemporaryFolder folder;
  std::string engine;
  for (std::uint32_t start = 1; start <= 3; ++start) {
    Desk desk(folder, traps);
    CHECK(desk.sources.have_started());
    CHECK(desk.running() == std::set<std::string>{"traps"});
    CHECK(desk.fact("traps", "engine_boots") == std::to_string(start));
    desk.core.ask([&](const Core& core) { CHECK(core.snmp_engine().boots == start); });
    const auto its = desk.fact("traps", "engine_id");
    CHECK(its.starts_with("0x80"));
    if (start > 1) CHECK(its == engine);
    engine = its;
    // A source that comes by a reload belongs to the same start.
    desk.reload(traps + "  - {name: more, kind: snmp, listen: [\"127.0.0.1:0\"]}\n");
    CHECK(desk.fact("more", "engine_boots") == std::to_string(start));
  }
  const test::TemporaryFolder other;
  CHECK(Desk(other, traps).fact("traps", "engine_id") != engine);
}

TEST_CASE("no start of the SNMP engine is counted where there is none") {
  const test::TemporaryFolder folder;
  Desk desk(folder, "");
  desk.core.ask([&](const Core& core) { CHECK(core.snmp_engine().boots == 0); });
}

TEST_CASE("sources come, go and change their kind by reload") {
  const test::TemporaryFolder folder;
  Desk desk(folder, traps);
  desk.reload(traps + bus("127.0.0.1:1"));
  CHECK(desk.running() == std::set<std::string>{"bus", "traps"});
  desk.reload(bus("127.0.0.1:1"));
  CHECK(desk.running() == std::set<std::string>{"bus"});
  desk.reload("  - {name: bus, kind: snmp, listen: [\"127.0.0.1:0\"]}\n");
  CHECK(desk.running() == std::set<std::string>{"bus"});
  CHECK(desk.fact("bus", "engine_id").starts_with("0x80"));
  desk.reload("");
  CHECK(desk.running().empty());
  desk.sources.stop();
  desk.reload(traps);
  CHECK(desk.running().empty());
}

TEST_CASE("a topic is read on where it was left, whatever waits when its source stops") {
  tests::MockCluster cluster;
  cluster.topic("alerts", 2);
  const test::TemporaryFolder folder;
  constexpr std::uint64_t rounds = 4;
  constexpr std::uint64_t records = 3'000;
  Desk desk(folder, bus(cluster.brokers()));
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const auto before = total(desk.outcomes("bus"));
    cluster.produce("alerts", round % 2, static_cast<int>(round * records), records);
    tests::wait_for("some records", [&] { return total(desk.outcomes("bus")) > before; });
    desk.reload("");  // in the middle of it
    CHECK(desk.running().empty());
    desk.reload(bus(cluster.brokers()));
  }
  tests::wait_for("all records", [&] { return total(desk.outcomes("bus")) >= rounds * records; });
  desk.sources.stop();
  CHECK(desk.core.stop());
  CHECK(desk.outcomes("bus")[rules::Outcome::raised] == rounds * records);
  CHECK(total(desk.outcomes("bus")) == rounds * records);
}

}  // namespace deskd::daemon
