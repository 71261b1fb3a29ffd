#pragma once
// The interface over a Kafka source whose mapping does not fit what is sent, and can be mended.

#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "connectors/kafka/record_batch.h"
#include "tests/daemon/api/bench.h"

namespace deskd::test {

inline const std::string letters = "/api/v1/dead-letters";
/// A mapping that knows `firing` as words for an alert that fires; others are malformed.
inline std::string mapping(const std::string& firing, const std::string& resource = "/host") {
  return "{resource: " + resource + ", type: /check, status: {at: /state, firing: [" + firing +
         "], resolved: [ok]}}";
}
// What was written before somebody looked at what is sent.
inline const std::string narrow = mapping("bad");

inline constexpr const char* bus =
    "  - {{name: {}, kind: kafka, brokers: 'localhost:9', topics: [alerts], "
    "format: generic, mapping: {}}}\n";

inline std::string hooks(const std::string& name) {
  return fmt::format("  - {{name: {}, kind: webhook, format: generic}}\n", name);
}

inline std::shared_ptr<daemon::Setup> setup_with(const std::string& sources) {
  TemporaryFolder folder;
  std::filesystem::create_directories(folder.path("rules.d"));
  std::ofstream(folder.path("deskd.yaml"))
      << "ledger: {path: data}\nrules: rules.d\ndesk: desk.yaml\nsources:\n" + sources;
  std::ofstream(folder.path("desk.yaml")) << "queues: [{name: noc, catch_all: true}]\n";
  std::ofstream(folder.path("rules.d/a.yaml"))
      << "rules: [{name: rest, then: {impact: low, urgency: low}}]\n";
  config::Problems problems;
  std::shared_ptr<daemon::Setup> setup = daemon::load_setup(folder.path("deskd.yaml"), problems);
  REQUIRE_MESSAGE(setup != nullptr, problems.text());
  return setup;
}

/// What stands beside a record's value.
struct Beside {
  std::string_view topic = "alerts";
  std::int32_t partition = 0;
  rules::Time at = {};  // unknown: an hour ago
  std::string_view key = {};
  std::span<const connectors::KafkaHeader> headers = {};
};

/// The interface over a Kafka source `bus` that does not know the word `down`.
struct Letters : Bench {
  Letters() { reload_with(fmt::format(bus, "bus", narrow)); }

  void reload_with(const std::string& sources) {
    auto next = setup_with(sources);
    turn([&](daemon::Core& its) { its.adopt(next); });
    setup = next;
  }
  void mend() { reload_with(fmt::format(bus, "bus", mapping("bad, down"))); }

  /// A record comes in as the Kafka source would take it.
  void record(std::string_view value, const Beside& beside = {}, std::string_view source = "bus") {
    connectors::Record one;
    one.value = value;
    one.envelope.topic = beside.topic;
    one.envelope.partition = beside.partition;
    one.envelope.offset = next_offset++;
    one.envelope.timestamp = rules::is_known(beside.at) ? beside.at : now - std::chrono::hours{1};
    one.envelope.key = beside.key;
    one.envelope.headers = beside.headers;
    const auto judging = std::shared_ptr<const connectors::Judging>(setup, &setup->judging);
    auto batch =
        connectors::make_record_batch({&one, 1}, {*judging->find(source), judging, accounts, now});
    turn([&](daemon::Core& its) { its.take(std::move(batch)); });
  }

  boost::json::value retry(const std::string& which, std::uint16_t status = 200,
                           Headers headers = {}) {
    const auto answer = post(letters + "/" + which + "/retry", "", std::move(headers));
    INFO(which << ": " << answer.body);
    CHECK(answer.status == status);
    return boost::json::parse(answer.body);
  }
  boost::json::value many(const std::string& verb, const std::string& body) {
    const auto answer = post(letters + "/" + verb, body);
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    return boost::json::parse(answer.body);
  }
  std::vector<std::string> ids(const std::string& query = "") {
    std::vector<std::string> found;
    const auto page = read(letters + query);
    for (const auto& item : page.at("items").as_array()) {
      found.emplace_back(item.at("id").as_string());
    }
    return found;
  }
  std::uint64_t alarms() const { return core.correlator().last_alarm(); }

  void check_books() const {
    for (const auto& books : accounts.read(false)) {
      CAPTURE(books.source);
      CHECK(books.in_flight == 0);
      CHECK(books.received == books.outcomes.total());
    }
  }

  std::int64_t next_offset = 7;
};

inline std::string alert(std::string_view host) {
  return fmt::format(R"({{"host": "{}", "check": "disk", "state": "down"}})", host);
}

using Ids = std::vector<std::string>;

inline bool says(const boost::json::value& answer, std::string_view text) {
  return std::string_view(answer.at("detail").as_string()).find(text) != std::string_view::npos;
}

}  // namespace deskd::test
