#include "daemon/metrics/metrics.h"

#include <doctest/doctest.h>

#include <atomic>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/daemon/api/bench.h"

using namespace deskd;
using namespace std::chrono_literals;
using test::Bench;
using test::check;

namespace {

/// Series as they stand in the text, with their labels, and their values.
std::map<std::string, double> series(const std::string& text) {
  std::map<std::string, double> values;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    const auto space = line.rfind(' ');
    values[line.substr(0, space)] = std::stod(line.substr(space + 1));
  }
  return values;
}

/// received = in flight + the sum of all outcomes, for one source.
void check_equation(const std::map<std::string, double>& values, const std::string& source) {
  double outcomes = 0;
  for (const auto& [name, value] : values) {
    if (name.starts_with("desk_alerts_total{source=\"" + source + "\"")) outcomes += value;
  }
  const auto label = "{source=\"" + source + "\"}";
  CHECK(values.at("desk_alerts_received_total" + label) ==
        values.at("desk_alerts_in_flight" + label) + outcomes);
}

}  // namespace

TEST_CASE("every alert received is in flight or has one outcome, in every scrape") {
  Bench bench;
  bench.send(check("edge-7", "linkDown", "major"));
  bench.send(check("edge-7", "linkDown", "major"));
  bench.send(check("edge-7", "linkDown", "major", "ok"));
  bench.post("/in/hooks", R"({"checks": [{"state": "odd"}]})");
  const auto values = series(bench.get("/metrics").body);
  check_equation(values, "hooks");
  const auto outcome = [&](const std::string& name) {
    return values.at("desk_alerts_total{source=\"hooks\",outcome=\"" + name + "\"}");
  };
  CHECK(values.at("desk_alerts_received_total{source=\"hooks\"}") == 4);
  CHECK(outcome("raised") == 1);
  CHECK(outcome("merged") == 1);
  CHECK(outcome("cleared") == 1);
  CHECK(outcome("malformed") == 1);
  CHECK(outcome("dropped") == 0);
}

TEST_CASE("the equation holds while other threads count") {
  connectors::Accounts accounts;
  connectors::Inbox inbox([] {});
  daemon::Metrics metrics(accounts, inbox, "1");
  std::atomic<bool> is_over = false;
  std::vector<std::thread> senders;
  for (int i = 0; i < 3; ++i) {
    senders.emplace_back([&] {
      rules::OutcomeCounts outcomes;
      outcomes[rules::Outcome::merged] = 7;
      while (!is_over) {
        accounts.received("hooks", 7, 2, 0, 0, rules::Time{1s});
        accounts.settled("hooks", outcomes);
        metrics.commit(0.001);
      }
    });
  }
  for (int i = 0; i < 200; ++i) {
    const auto values = series(metrics.text(rules::Time{2s}, 0));
    if (values.contains("desk_alerts_received_total{source=\"hooks\"}")) {
      check_equation(values, "hooks");
    }
  }
  is_over = true;
  for (auto& sender : senders) sender.join();
}

TEST_CASE("the desk's state and flow are counted") {
  Bench bench;
  bench.now += 250us;
  bench.send(check("edge-7", "linkDown", "major"));
  bench.send(check("db-1", "disk", "warning"));
  bench.send(check("db-1", "disk", "warning", "ok"));
  bench.now += 90s;
  bench.post("/api/v1/incidents/0-1/ack", "");
  bench.health.ledger_bytes = 4096;
  bench.metrics.commit(0.003);
  const auto values = series(bench.get("/metrics").body);
  const std::map<std::string, double> expected{
      {R"(desk_incidents_open{queue="network",priority="P2",state="new"})", 1},
      {R"(desk_incidents_open{queue="network",priority="P2",state="pending"})", 0},
      {R"(desk_incidents_opened_total{queue="network",priority="P2"})", 1},
      {R"(desk_incidents_opened_total{queue="servers",priority="P4"})", 1},
      {R"(desk_incidents_resolved_total{queue="servers",cause="alarms"})", 1},
      {R"(desk_queue_oldest_seconds{queue="network"})", 90},
      {R"(desk_queue_oldest_seconds{queue="triage"})", 0},
      {"desk_incident_ack_seconds_count", 1},
      {"desk_incident_ack_seconds_sum", 90},
      {"desk_incident_resolve_seconds_count", 1},
      {"desk_allocation_seconds_count", 2},
      {"desk_ledger_commit_seconds_count", 1},
      {"desk_unallocated", 0},
      {R"(desk_alarms_active{severity="major"})", 1},
      {R"(desk_alarms_active{severity="warning"})", 0},
      {R"(desk_rule_hits_total{rule="network"})", 1},
      {R"(desk_rule_hits_total{rule="lab"})", 0},
      {R"(desk_rule_unstated_total{rule="unsure"})", 2},
      {R"(desk_inbox_bytes{source="hooks"})", 0},
      {R"(desk_source_last_alert_timestamp_seconds{source="hooks"})", 1795334400.00025},
      {"desk_ledger_bytes", 4096},
      {"desk_config_reload_success", 1},
      {"desk_config_reload_success_timestamp_seconds", 1795334400},
      {R"(desk_build_info{version="1.2.3"})", 1},
  };
  for (const auto& [name, value] : expected) {
    CAPTURE(name);
    REQUIRE(values.contains(name));
    CHECK(values.at(name) == doctest::Approx(value));
  }
  CHECK(values.contains("desk_config_info{hash=\"" + bench.setup->hash + "\",setup=\"1\"}"));
  CHECK_FALSE(values.contains(R"(desk_rule_unstated_total{rule="network"})"));
}

TEST_CASE("a source that reads a backlog is shown, and so are dead letters") {
  Bench bench;
  CHECK(series(bench.get("/metrics").body).at("desk_dead_letters") == 0);
  const auto take = [&](rules::Time watermark, std::vector<connectors::DeadLetter> letters) {
    auto batch = std::make_unique<connectors::Batch>(std::string{});
    batch->source = "hooks";
    batch->setup = {bench.setup, &bench.setup->judging};
    batch->positions.push_back({.topic = "alerts", .partition = 0, .next = 1});
    batch->dead_letters = std::move(letters);
    batch->watermark = watermark;
    bench.turn([&](daemon::Core& core) { core.take(std::move(batch)); });
    return series(bench.metrics.text(bench.now, 0));
  };
  const auto behind = take(bench.now - 1h, std::vector<connectors::DeadLetter>(3));
  const std::string watermark = R"(desk_source_watermark_timestamp_seconds{source="hooks"})";
  CHECK(behind.at("desk_dead_letters") == 3);
  CHECK(behind.at("desk_dead_letters_lost_total") == 0);
  CHECK(behind.at(watermark) == 1795334400 - 3600);
  CHECK(behind.at(R"(desk_source_stalled{source="hooks"})") == 0);
  const auto live = take({}, {});
  CHECK(live.at("desk_dead_letters") == 3);
  CHECK_FALSE(live.contains(watermark));
}

TEST_CASE("the state, the lag and the losses of running sources are shown") {
  Bench bench;
  daemon::RunningSourceView bus{.source = "bus", .state = {.state = "reading"}};
  bus.kafka = connectors::KafkaCounts{.records = 7, .gaps = 1, .records_lost = 50};
  bus.lags = {{.topic = "a", .partition = 0, .next = 5, .is_known = true, .lag = 3},
              {.topic = "a", .partition = 1, .next = 5, .is_known = false, .lag = 9}};
  const daemon::RunningSourceView traps{
      .source = "traps", .state = {.state = "listening"}, .dropped = {{"kernel", 2}}};
  const auto values = series(bench.metrics.text(bench.now, 0, {bus, traps}));
  CHECK(values.at(R"(desk_source_state{source="bus",state="reading"})") == 1);
  CHECK(values.at(R"(desk_source_state{source="traps",state="listening"})") == 1);
  CHECK(values.at(R"(desk_kafka_records_total{source="bus"})") == 7);
  CHECK(values.at(R"(desk_kafka_gaps_total{source="bus"})") == 1);
  CHECK(values.at(R"(desk_kafka_records_lost_total{source="bus"})") == 50);
  CHECK_FALSE(values.contains(R"(desk_kafka_records_total{source="traps"})"));
  CHECK(values.at(R"(desk_kafka_lag{source="bus",topic="a",partition="0"})") == 3);
  // Where nobody can say where a partition ends there is no number, rather than a wrong one.
  CHECK_FALSE(values.contains(R"(desk_kafka_lag{source="bus",topic="a",partition="1"})"));
  CHECK(values.at(R"(desk_snmp_dropped_total{source="traps",reason="kernel"})") == 2);
}

TEST_CASE("allocation is measured from the receipt to the sync, once for each incident") {
  Bench bench;
  bench.sync_takes = 3s;
  bench.send(check("edge-7", "linkDown", "major"));
  bench.send(check("edge-7", "linkDown", "major"));
  bench.send(check("edge-8", "linkDown", "major"));
  const auto values = series(bench.metrics.text(bench.now, 0));
  CHECK(values.at("desk_allocation_seconds_count") == 2);
  CHECK(values.at("desk_allocation_seconds_sum") == 6);
  CHECK(values.at("desk_allocation_seconds_bucket{le=\"2.5\"}") == 0);
  CHECK(values.at("desk_allocation_seconds_bucket{le=\"5\"}") == 2);
}

TEST_CASE("a failed reload keeps the time of the last good one") {
  Bench bench;
  bench.metrics.reload(false, bench.now + 1h, *bench.setup);
  const auto values = series(bench.metrics.text(bench.now, 0));
  CHECK(values.at("desk_config_reload_success") == 0);
  CHECK(values.at("desk_config_reload_success_timestamp_seconds") == 1795334400);
}

TEST_CASE("texts in labels are escaped") {
  connectors::Accounts accounts;
  connectors::Inbox inbox([] {});
  const daemon::Metrics metrics(accounts, inbox, "a\"b\\c\nd");
  const auto text = metrics.text(rules::Time{1s}, 0);
  CHECK(text.find(R"(desk_build_info{version="a\"b\\c\nd"} 1)") != std::string::npos);
}
