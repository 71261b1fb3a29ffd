// What people see of sources: those that run by themselves, and what is wrong with any.

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "daemon/api/views/desk_views.h"
#include "daemon/api/views/render.h"
#include "tests/daemon/api/bench.h"
#include "tests/support/golden.h"

using namespace deskd;
using connectors::SourceKind;
using test::Bench;

namespace {

daemon::RunningSourceView running_bus() {
  return {.source = "bus",
          .state = {"reading", "", {{"records", "12"}, {"gaps", "0"}}},
          .lags = {{"alerts", 0, 17, true, 3}, {"alerts", 1, 5, true, 40}, {"more", 0, -1}},
          .dropped = {}};
}

daemon::RunningSourceView running_traps() {
  return {.source = "traps",
          .state = {"listening",
                    "[::1]:162: Permission denied",
                    {{"engine_id", "0x80001f8804"}, {"listen", "a"}, {"listen", "b"}}},
          .lags = {},
          .dropped = {{"kernel", 7}, {"wrong_community", 0}}};
}

/// The one source of `news`, of that kind, as it is shown.
boost::json::object shown(std::optional<SourceKind> kind, const api::SourceNews& news,
                          const std::string& name = "one") {
  const auto page = api::join_sources({{name, "", kind}}, news, {});
  REQUIRE(page.items.size() == 1);
  return api::render(page.items[0]);
}

connectors::Inbox::LaneFill full_lane() {
  connectors::Inbox::LaneFill lane;
  lane.source = "one";
  lane.bytes = lane.bytes_max = 1'000;
  return lane;
}

}  // namespace

TEST_CASE("sources that run by themselves show state, facts, lag, drops and refusals") {
  Bench bench;
  for (const auto& [name, kind] :
       {std::pair{"bus", SourceKind::kafka}, {"traps", SourceKind::snmp}}) {
    connectors::Source source{.name = name, .kind = kind};
    if (kind == SourceKind::kafka) source.format = "generic";
    bench.inbox.set_lane(name, source.lane_bytes);
    bench.setup->judging.sources.push_back(std::move(source));
  }
  bench.running = {running_traps(), running_bus()};
  bench.accounts.refused("traps",
                         {.sender = "10.0.0.7",
                          .user = "noc",
                          .reason = "wrong_digest",
                          .detail = "the digest is not that of this user (engine 0x8000)",
                          .count = 3,
                          .at = bench.now},
                         false);
  test::check_golden(bench.golden("/api/v1/sources"), DESKD_ROOT "/tests/golden/api/sources.json");
}

TEST_CASE("of many partitions the unknown and the most behind are shown, and all are counted") {
  daemon::RunningSourceView bus{
      .source = "one", .state = {"reading", "", {}}, .lags = {}, .dropped = {}};
  for (std::int32_t i = 0; i < 250; ++i) {
    bus.lags.push_back({"alerts", i, 1'000, i != 77, static_cast<std::uint64_t>(i)});
  }
  const auto source = shown(SourceKind::kafka, {.books = {}, .lanes = {}, .running = {bus}});
  const auto& lag = source.at("lag");
  CHECK(lag.at("partitions") == 250);
  CHECK(lag.at("unknown") == 1);
  CHECK(lag.at("records") == 249 * 250 / 2 - 77);
  const auto& by_partition = lag.at("by_partition").as_array();
  REQUIRE(by_partition.size() == limits::kafka_partitions_shown_max);
  CHECK(by_partition[0].at("partition") == 77);
  CHECK(by_partition[0].at("lag").is_null());
  CHECK(by_partition[1].at("partition") == 249);
  CHECK(by_partition[1].at("lag") == 249);
  CHECK(by_partition[2].at("partition") == 248);
}

TEST_CASE("a full lane is said in words of the source's kind") {
  struct Row {
    SourceKind kind;
    const char* own_state;  // of the running source; null: it does not run
    const char* state;
    const char* detail;
  };
  for (const Row& row :
       {Row{SourceKind::webhook, nullptr, "full", "503"},
        Row{SourceKind::alertmanager_api, nullptr, "full", "503"},
        Row{SourceKind::snmp, "listening", "full", "traps are dropped"},
        Row{SourceKind::kafka, "waiting for room", "waiting for room", "asks the brokers"},
        Row{SourceKind::kafka, "reading", "reading", "asks the brokers"}}) {
    CAPTURE(row.own_state);
    api::SourceNews news{.books = {}, .lanes = {full_lane()}, .running = {}};
    if (row.own_state) {
      news.running.push_back(
          {.source = "one", .state = {row.own_state, "", {}}, .lags = {}, .dropped = {}});
    }
    const auto source = shown(row.kind, news);
    CHECK(source.at("state") == row.state);
    CHECK(std::string(source.at("detail").as_string()).find(row.detail) != std::string::npos);
  }
}

TEST_CASE("what is wrong with the source itself stands over a full lane") {
  const api::SourceNews news{.books = {},
                             .lanes = {full_lane()},
                             .running = {{.source = "one",
                                          .state = {"broker away", "connection refused", {}},
                                          .lags = {},
                                          .dropped = {}}}};
  const auto source = shown(SourceKind::kafka, news);
  CHECK(source.at("state") == "broker away");
  CHECK(source.at("detail") == "connection refused");
}

TEST_CASE("a source that should run and does not is in trouble; one without a lane is not full") {
  for (const SourceKind kind : {SourceKind::kafka, SourceKind::snmp}) {
    const auto source = shown(kind, {});
    CHECK(source.at("state") == "not running");
    CHECK(source.at("detail") == "it has not been started yet");
    CHECK(source.at("lag").is_null());
    CHECK(source.at("dropped").is_null());
    CHECK(source.at("facts").as_array().empty());
  }
  const auto api_source = shown(SourceKind::alertmanager_api, {});
  CHECK(api_source.at("state") == "listening");
  CHECK(api_source.at("detail").is_null());
  CHECK(api_source.at("facts").at(0).at("value") == "/api/v2/alerts");
}

TEST_CASE("names that no setup has are told apart") {
  for (const auto& [name, state] :
       {std::pair{"deskd", "deskd itself"}, {"(none)", "no such source"}, {"old-bus", "removed"}}) {
    const auto source = shown(std::nullopt, {}, name);
    CHECK(source.at("state") == state);
    CHECK(source.at("kind").is_null());
    CHECK(source.at("detail").is_null());
  }
}
