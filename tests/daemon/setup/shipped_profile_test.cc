// The shipped profile of traps, told as it happens: what raises an alarm, and what ends it.

#include <doctest/doctest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "connectors/snmp/shipped_table.h"
#include "connectors/snmp/trap_labels.h"
#include "daemon/setup/given_trap.h"
#include "daemon/setup/setup.h"
#include "rules/correlator.h"
#include "rules/imprint.h"
#include "tests/support/decode.h"

using namespace deskd;

namespace {

using Varbinds = std::initializer_list<std::pair<const char*, const char*>>;

/// One device, whose traps are judged by the shipped rules and then correlated.
class Device {
 public:
  Device() {
    config::Problems problems;
    setup_ = daemon::load_setup(DESKD_ROOT "/config/deskd.yaml", problems);
    REQUIRE_MESSAGE(setup_ != nullptr, problems.text());
    correlator_.adopt({}, *setup_->judging.rules);
  }

  /// The outcome's name; a second passes with each trap.
  std::string send(const char* oid, Varbinds varbinds = {}) {
    rules::GivenTrap given;
    given.oid.text = oid;
    given.from.text = "10.0.0.7";
    for (const auto& [object, value] : varbinds) {
      given.varbinds.push_back({.object = {object, {}}, .value = {value, {}}});
    }
    auto& batch = *batches_.emplace_back(std::make_unique<connectors::Batch>(std::string()));
    const auto trap = traps_.make(given, batch);
    REQUIRE_MESSAGE(trap.has_value(), trap.error().why);
    auto& alert = alerts_.emplace_back(
        std::make_unique<rules::Alert>(labels_.read(*trap, *table_, batch).alert));
    now_ += std::chrono::seconds{1};
    alert->received_at = alert->event_at = now_;
    rules::Verdict verdict = setup_->judging.rules->judge(*alert, batch.arena());
    verdict.imprint = rules::Imprinter().make(verdict, batch.arena());
    std::vector<rules::Signal> signals;
    const auto applied = correlator_.apply(
        {.decoded = alert.get(), .verdict = &verdict, .source = 1, .setup = 1}, now_, signals);
    return std::string(rules::name(applied.outcome));
  }

  std::uint64_t active() const {
    std::uint64_t all = 0;
    for (const std::uint64_t count : correlator_.active_by_severity()) all += count;
    return all;
  }

 private:
  std::unique_ptr<daemon::Setup> setup_;
  std::shared_ptr<const connectors::OidTable> table_ = connectors::shipped_oid_table();
  daemon::GivenTraps traps_{*table_};
  connectors::TrapLabels labels_;
  std::vector<std::unique_ptr<connectors::Batch>> batches_;
  std::vector<std::unique_ptr<rules::Alert>> alerts_;
  rules::Correlator correlator_{{}};
  rules::Time now_ = tests::received_at;
};

}  // namespace

TEST_CASE("linkUp ends the linkDown of its own port") {
  Device device;
  CHECK(device.send("linkDown", {{"ifIndex.3", "3"}}) == "raised");
  CHECK(device.send("linkDown", {{"ifIndex.4", "4"}}) == "raised");
  CHECK(device.send("linkDown", {{"ifIndex.3", "3"}}) == "merged");
  CHECK(device.send("linkUp", {{"ifIndex.3", "3"}}) == "cleared");
  CHECK(device.active() == 1);
  CHECK(device.send("linkUp", {{"ifIndex.4", "4"}}) == "cleared");
  CHECK(device.active() == 0);
}

TEST_CASE("a device that restarted is well when its first port comes up") {
  Device device;
  CHECK(device.send("coldStart") == "raised");
  CHECK(device.send("warmStart") == "raised");
  CHECK(device.send("linkUp", {{"ifIndex.3", "3"}}) == "cleared");
  CHECK(device.active() == 0);
  CHECK(device.send("coldStart") == "raised");  // the next restart is a new one
}

TEST_CASE("an agent of NET-SNMP that starts ends its own last words") {
  Device device;
  CHECK(device.send("nsNotifyShutdown") == "raised");
  CHECK(device.send("coldStart", {{"snmpTrapEnterprise.0", "1.3.6.1.4.1.8072.3.2.10"}}) ==
        "cleared");
  CHECK(device.active() == 0);
}

TEST_CASE("a BGP session that comes back ends its fall, whatever generation tells it") {
  Device device;
  CHECK(device.send("bgpBackwardTransition", {{"bgpPeerState.192.0.2.9", "idle"}}) == "raised");
  CHECK(device.send("bgpBackwardTransNotification",
                    {{"bgpPeerRemoteAddr.192.0.2.9", "192.0.2.9"}}) == "merged");
  CHECK(device.send("bgpEstablishedNotification", {{"bgpPeerRemoteAddr.192.0.2.8", "192.0.2.8"}}) ==
        "unmatched");
  CHECK(device.send("bgpEstablishedNotification", {{"bgpPeerRemoteAddr.192.0.2.9", "192.0.2.9"}}) ==
        "cleared");
  CHECK(device.active() == 0);
}

TEST_CASE("an OSPF neighbour is told both ways by one trap") {
  Device device;
  CHECK(device.send("ospfNbrStateChange", {{"ospfNbrState.192.0.2.9.0", "down"}}) == "raised");
  CHECK(device.send("ospfNbrStateChange", {{"ospfNbrState.192.0.2.9.0", "init"}}) == "merged");
  CHECK(device.send("ospfNbrStateChange", {{"ospfNbrState.192.0.2.9.0", "full"}}) == "cleared");
  CHECK(device.send("ospfMaxAgeLsa") == "dropped");
  CHECK(device.active() == 0);
}

TEST_CASE("a UPS is on battery until the entry leaves its table of alarms") {
  Device device;
  CHECK(device.send("upsTrapOnBattery", {{"upsEstimatedMinutesRemaining.0", "42"}}) == "raised");
  CHECK(device.send("upsTrapAlarmEntryAdded", {{"upsAlarmDescr.7", "upsAlarmOnBattery"}}) ==
        "merged");
  CHECK(device.send("upsTrapAlarmEntryAdded", {{"upsAlarmDescr.8", "upsAlarmLowBattery"}}) ==
        "raised");
  CHECK(device.send("upsTrapOnBattery", {{"upsEstimatedMinutesRemaining.0", "41"}}) == "merged");
  CHECK(device.send("upsTrapAlarmEntryRemoved", {{"upsAlarmDescr.7", "upsAlarmOnBattery"}}) ==
        "cleared");
  CHECK(device.active() == 1);
}

TEST_CASE("thresholds, parts and pings end as they began") {
  Device device;
  CHECK(device.send("mteTriggerRising", {{"mteHotTrigger.0", "load"}}) == "raised");
  CHECK(device.send("mteTriggerFalling", {{"mteHotTrigger.0", "disk"}}) == "unmatched");
  CHECK(device.send("mteTriggerFalling", {{"mteHotTrigger.0", "load"}}) == "cleared");
  CHECK(device.send("risingAlarm", {{"alarmIndex.4", "4"}}) == "raised");
  CHECK(device.send("fallingAlarm", {{"alarmIndex.4", "4"}}) == "cleared");
  CHECK(device.send("entStateOperDisabled", {{"entStateAdmin.12", "unlocked"}}) == "raised");
  CHECK(device.send("entStateOperEnabled", {{"entStateAdmin.12", "unlocked"}}) == "cleared");
  CHECK(device.send("pingProbeFailed", {{"pingResultsProbeResponses.1.110.1.103", "0"}}) ==
        "raised");
  CHECK(device.send("pingTestFailed", {{"pingResultsProbeResponses.1.110.1.103", "0"}}) ==
        "raised");
  CHECK(device.send("pingTestCompleted", {{"pingResultsProbeResponses.1.110.1.103", "0"}}) ==
        "merged");  // without an answer it is no good news
  CHECK(device.send("pingTestCompleted", {{"pingResultsProbeResponses.1.110.1.103", "3"}}) ==
        "cleared");
  CHECK(device.active() == 0);
}
