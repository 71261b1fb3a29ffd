#include <doctest/doctest.h>

#include <set>
#include <string>

#include "connectors/snmp/shipped_table.h"
#include "tests/connectors/snmp/sent_trap.h"

using namespace deskd;
using namespace deskd::connectors;

namespace {

const OidEntry* named(std::string_view name) {
  for (const OidEntry& entry : shipped_table().entries()) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

std::string dotted(const OidEntry* entry) {
  OidText room;
  return entry == nullptr ? "" : std::string(print(entry->oid(), room));
}

}  // namespace

TEST_CASE("the program carries the file, and needs it no more") {
  config::Problems problems;
  const auto file = config::read_file(DESKD_ROOT "/config/snmp/oids.csv", "oids.csv", problems);
  REQUIRE(file != nullptr);
  CHECK(shipped_oids() == file->text);
  CHECK(shipped_oid_table()->entries().size() == shipped_table().entries().size());
  CHECK(shipped_oid_table() == shipped_oid_table());
}

TEST_CASE("the shipped table has no mistake") {
  config::Problems problems;
  const auto file =
      config::read_file(DESKD_ROOT "/config/snmp/oids.csv", "config/snmp/oids.csv", problems);
  REQUIRE(file);
  const auto table = OidTable::compile(read_oid_csv(file, problems));
  CHECK(problems.text() == "");
  REQUIRE(table);
  CHECK((*table)->entries().size() > 400);
}

TEST_CASE("every trap of the shipped profile has its name, and its objects are known") {
  struct Row {
    const char* oid;
    const char* module;
    const char* name;
    std::size_t objects;
  };
  for (const Row& row : {
           Row{"1.3.6.1.6.3.1.1.5.1", "SNMPv2-MIB", "coldStart", 0},
           Row{"1.3.6.1.6.3.1.1.5.2", "SNMPv2-MIB", "warmStart", 0},
           Row{"1.3.6.1.6.3.1.1.5.3", "IF-MIB", "linkDown", 3},
           Row{"1.3.6.1.6.3.1.1.5.4", "IF-MIB", "linkUp", 3},
           Row{"1.3.6.1.6.3.1.1.5.5", "SNMPv2-MIB", "authenticationFailure", 0},
           Row{"1.3.6.1.2.1.15.0.1", "BGP4-MIB", "bgpEstablishedNotification", 3},
           Row{"1.3.6.1.2.1.15.0.2", "BGP4-MIB", "bgpBackwardTransNotification", 3},
           Row{"1.3.6.1.2.1.15.7.1", "BGP4-MIB", "bgpEstablished", 2},
           Row{"1.3.6.1.2.1.15.7.2", "BGP4-MIB", "bgpBackwardTransition", 2},
           Row{"1.3.6.1.2.1.14.16.2.2", "OSPF-TRAP-MIB", "ospfNbrStateChange", 5},
           Row{"1.3.6.1.2.1.14.16.2.16", "OSPF-TRAP-MIB", "ospfIfStateChange", 4},
           Row{"1.3.6.1.2.1.33.2.1", "UPS-MIB", "upsTrapOnBattery", 3},
           Row{"1.3.6.1.2.1.33.2.2", "UPS-MIB", "upsTrapTestCompleted", 6},
           Row{"1.3.6.1.2.1.33.2.3", "UPS-MIB", "upsTrapAlarmEntryAdded", 2},
           Row{"1.3.6.1.2.1.33.2.4", "UPS-MIB", "upsTrapAlarmEntryRemoved", 2},
           Row{"1.3.6.1.2.1.47.2.0.1", "ENTITY-MIB", "entConfigChange", 0},
           Row{"1.3.6.1.2.1.131.0.1", "ENTITY-STATE-MIB", "entStateOperEnabled", 2},
           Row{"1.3.6.1.2.1.131.0.2", "ENTITY-STATE-MIB", "entStateOperDisabled", 2},
           Row{"1.3.6.1.2.1.88.2.0.1", "DISMAN-EVENT-MIB", "mteTriggerFired", 5},
           Row{"1.3.6.1.2.1.88.2.0.5", "DISMAN-EVENT-MIB", "mteEventSetFailure", 5},
           Row{"1.3.6.1.2.1.64.2.0.1", "DISMAN-SCRIPT-MIB", "smScriptAbort", 3},
           Row{"1.3.6.1.2.1.80.0.1", "DISMAN-PING-MIB", "pingProbeFailed", 12},
           Row{"1.3.6.1.2.1.81.0.1", "DISMAN-TRACEROUTE-MIB", "traceRoutePathChange", 4},
           Row{"1.3.6.1.2.1.16.0.1", "RMON-MIB", "risingAlarm", 5},
           Row{"1.3.6.1.2.1.17.0.1", "BRIDGE-MIB", "newRoot", 0},
           Row{"1.3.6.1.4.1.8072.4.0.1", "NET-SNMP-AGENT-MIB", "nsNotifyStart", 0},
           Row{"1.3.6.1.4.1.8072.4.0.2", "NET-SNMP-AGENT-MIB", "nsNotifyShutdown", 0},
           Row{"1.3.6.1.4.1.8072.4.0.3", "NET-SNMP-AGENT-MIB", "nsNotifyRestart", 0},
       }) {
    CAPTURE(row.name);
    const OidEntry* entry = shipped_table().find_notification(Oid::parse(row.oid).value());
    REQUIRE(entry != nullptr);
    CHECK(entry->name == row.name);
    CHECK(entry->module == row.module);
    CHECK(entry->objects.size() == row.objects);
  }
}

TEST_CASE("rows of the shipped table have the index of their module") {
  struct Row {
    const char* column;
    const char* oid;
    const char* index;
  };
  for (const Row& row :
       {Row{"ifOperStatus", "1.3.6.1.2.1.2.2.1.8", "ifIndex"},
        Row{"ifAlias", "1.3.6.1.2.1.31.1.1.1.18", "ifIndex"},
        Row{"bgpPeerState", "1.3.6.1.2.1.15.3.1.2", "bgpPeerRemoteAddr"},
        Row{"ospfNbrState", "1.3.6.1.2.1.14.10.1.6", "ospfNbrIpAddr ospfNbrAddressLessIndex"},
        Row{"ospfIfState", "1.3.6.1.2.1.14.7.1.12", "ospfIfIpAddress ospfAddressLessIf"},
        Row{"upsAlarmDescr", "1.3.6.1.2.1.33.1.6.2.1.2", "upsAlarmId"},
        Row{"entPhysicalName", "1.3.6.1.2.1.47.1.1.1.1.7", "entPhysicalIndex"},
        Row{"entStateAdmin", "1.3.6.1.2.1.131.1.1.1.2", "entPhysicalIndex"},
        Row{"entPhySensorValue", "1.3.6.1.2.1.99.1.1.1.4", "entPhysicalIndex"},
        Row{"smRunError", "1.3.6.1.2.1.64.1.4.2.1.11", "smLaunchOwner smLaunchName smRunIndex"},
        Row{"pingResultsMinRtt", "1.3.6.1.2.1.80.1.3.1.4", "pingCtlOwnerIndex pingCtlTestName"},
        Row{"hrProcessorLoad", "1.3.6.1.2.1.25.3.3.1.2", "hrDeviceIndex"},
        Row{"dskErrorFlag", "1.3.6.1.4.1.2021.9.1.100", "dskIndex"},
        Row{"ospfRouterId", "1.3.6.1.2.1.14.1.1", ""},
        Row{"mteHotTrigger", "1.3.6.1.2.1.88.2.1.1", ""}}) {
    CAPTURE(row.column);
    const OidEntry* column = named(row.column);
    CHECK(dotted(column) == row.oid);
    REQUIRE(column != nullptr);
    std::string index;
    if (column->row != nullptr) {
      for (const IndexObject& part : column->row->index) {
        index.append(index.empty() ? "" : " ").append(part.object->name);
      }
    }
    CHECK(index == row.index);
  }
}

TEST_CASE("enumerations and hints of the shipped table") {
  CHECK(named("ifOperStatus")->name_of(7) == "lowerLayerDown");
  CHECK(named("ifType")->name_of(6) == "ethernetCsmacd");
  CHECK(named("ifType")->name_of(161) == "ieee8023adLag");
  CHECK(named("ifType")->name_of(296) == "microwaveRadioLinkTerminal");
  CHECK(named("ospfNbrState")->name_of(8) == "full");
  CHECK(named("upsTestResultsSummary")->name_of(3) == "doneError");
  CHECK(named("entStateOper")->name_of(2) == "disabled");
  CHECK(named("entStateAlarm")->syntax == Syntax::bits);
  CHECK(named("entStateAlarm")->name_of(2) == "critical");
  CHECK(named("ifPhysAddress")->octet_hint);
  CHECK(named("hrSystemDate")->octet_hint);
  CHECK(named("bgpPeerLastError")->fixed_size == 2);
  CHECK(named("sysUpTime")->syntax == Syntax::time_ticks);
}

TEST_CASE("no name of the shipped table stands for two things") {
  std::set<std::string> names;
  for (const OidEntry& entry : shipped_table().entries()) {
    CAPTURE(entry.name);
    CHECK(names.insert(entry.name).second);
  }
}
