#include "connectors/snmp/trap_labels.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/connectors/snmp/sent_trap.h"

using namespace deskd;
using namespace deskd::connectors;
using namespace std::literals;

TEST_CASE("linkDown, as net-snmp's agent sends it") {
  SentTrap sent("1.3.6.1.6.3.1.1.5.3");
  sent.add("1.3.6.1.2.1.2.2.1.1.3", 3);
  sent.add("1.3.6.1.2.1.2.2.1.7.3", 1);
  sent.add("1.3.6.1.2.1.2.2.1.8.3", 2);
  sent.add("1.3.6.1.2.1.31.1.1.1.18.3", text("uplink to core-1"));
  const rules::Alert& alert = sent.read();
  CHECK(alert.type == "linkDown");
  CHECK(alert.qualifier == "3");
  CHECK(alert.resource == "192.0.2.1");
  CHECK(alert.sender == "192.0.2.1");
  CHECK(alert.key.empty());
  CHECK(alert.status == rules::Status::firing);
  CHECK(sent.result.left_out == 0);
  CHECK(sent.lines() ==
        "ifAdminStatus=up\n"
        "ifAdminStatus.raw=1\n"
        "ifAlias=uplink to core-1\n"
        "ifAlias.raw=0x75706c696e6b20746f20636f72652d31\n"
        "ifIndex=3\n"
        "ifIndex.raw=3\n"
        "ifOperStatus=down\n"
        "ifOperStatus.raw=2\n"
        "snmp_agent=192.0.2.1\n"
        "snmp_enterprise=1.3.6.1.6.3.1.1.5\n"
        "snmp_index=3\n"
        "snmp_module=IF-MIB\n"
        "snmp_oid=1.3.6.1.6.3.1.1.5.3\n"
        "snmp_sender=192.0.2.1\n"
        "snmp_uptime=12345\n"
        "snmp_version=2c\n");
}

TEST_CASE("index objects that are sent in no varbind become labels too") {
  SentTrap peer("1.3.6.1.2.1.15.7.2");
  peer.add("1.3.6.1.2.1.15.3.1.14.10.0.0.9", text("\x04\x00"sv));
  peer.add("1.3.6.1.2.1.15.3.1.2.10.0.0.9", 1);
  CHECK(peer.read().type == "bgpBackwardTransition");
  CHECK(peer.result.alert.qualifier == "10.0.0.9");
  CHECK(peer.label("bgpPeerRemoteAddr") == "10.0.0.9");
  CHECK(peer.label("bgpPeerRemoteAddr.raw") == "0x0a000009");
  CHECK(peer.label("bgpPeerState") == "idle");
  CHECK(peer.label("bgpPeerLastError") == "0x0400");

  // ospfRouterId is a scalar: the first row is the neighbour's.
  SentTrap neighbour("1.3.6.1.2.1.14.16.2.2");
  neighbour.add("1.3.6.1.2.1.14.1.1.0", Ipv4{10, 0, 0, 1});
  neighbour.add("1.3.6.1.2.1.14.10.1.1.10.0.0.2.0", Ipv4{10, 0, 0, 2});
  neighbour.add("1.3.6.1.2.1.14.10.1.3.10.0.0.2.0", Ipv4{10, 9, 9, 2});
  neighbour.add("1.3.6.1.2.1.14.10.1.6.10.0.0.2.0", 1);
  CHECK(neighbour.read().qualifier == "10.0.0.2.0");
  CHECK(neighbour.label("ospfRouterId") == "10.0.0.1");
  CHECK(neighbour.label("ospfNbrState") == "down");
  CHECK(neighbour.label("ospfNbrIpAddr") == "10.0.0.2");
  CHECK(neighbour.label("ospfNbrAddressLessIndex") == "0");

  // Two strings before the columns of a ping: owner "ops", test "gw".
  SentTrap ping("1.3.6.1.2.1.80.0.1");
  ping.add("1.3.6.1.2.1.80.1.2.1.4.3.111.112.115.2.103.119", text("\x0a\x00\x00\x01"sv));
  CHECK(ping.read().type == "pingProbeFailed");
  CHECK(ping.label("snmp_index") == "3.111.112.115.2.103.119");
  CHECK(ping.label("pingCtlOwnerIndex") == "ops");
  CHECK(ping.label("pingCtlTestName") == "gw");
  CHECK(ping.label("pingCtlTestName.raw") == "0x6777");
  CHECK(ping.label("pingCtlTargetAddress") == "10.0.0.1");
}

TEST_CASE("what a varbind says of an index object stands over the index") {
  SentTrap sent("1.3.6.1.6.3.1.1.5.3");
  sent.add("1.3.6.1.2.1.2.2.1.8.3", 2);
  sent.add("1.3.6.1.2.1.2.2.1.1.3", 33);
  sent.read();
  CHECK(sent.label("ifIndex") == "33");
  CHECK(sent.label("snmp_index") == "3");
}

TEST_CASE("a second row of an object has its index in the name") {
  SentTrap sent("1.3.6.1.6.3.1.1.5.3");
  sent.add("1.3.6.1.2.1.2.2.1.2.3", text(""));
  sent.add("1.3.6.1.2.1.2.2.1.8.3", 2);
  sent.add("1.3.6.1.2.1.2.2.1.8.17", 1);
  sent.add("1.3.6.1.2.1.2.2.1.2.17", text("eth17"));
  sent.read();
  CHECK(sent.result.alert.qualifier == "3");
  CHECK(sent.label("ifOperStatus") == "down");
  CHECK(sent.label("ifOperStatus.17") == "up");
  CHECK(sent.label("ifOperStatus.17.raw") == "1");
  CHECK(sent.label("ifIndex") == "3");
  // The first row's is empty, but it is the first row's.
  CHECK(sent.label("ifDescr") == "");
  CHECK(sent.label("ifDescr.17") == "eth17");
  CHECK(sent.result.left_out == 0);
}

TEST_CASE("one name in two modules keeps both") {
  const auto table = table_of(
      "1.3.6.1.4.1.1.1,A-MIB,state,object,integer,,,\n"
      "1.3.6.1.4.1.2.1,B-MIB,state,object,integer,,,\n"
      "1.3.6.1.4.1.2.2,B-MIB,snmp_oid,object,integer,,,\n");
  SentTrap sent("1.3.6.1.4.1.2.0.1");
  sent.add("1.3.6.1.4.1.1.1.0", 1).add("1.3.6.1.4.1.2.1.0", 2).add("1.3.6.1.4.1.2.2.0", 3);
  sent.read(*table);
  CHECK(sent.label("state") == "1");
  CHECK(sent.label("state.0") == "2");
  CHECK(sent.label("snmp_oid") == "1.3.6.1.4.1.2.0.1");
  CHECK(sent.label("snmp_oid.0") == "3");
}

TEST_CASE("what is not known is named by its numbers") {
  SentTrap sent("1.3.6.1.4.1.9.9.43.2.0.1");
  sent.add("1.3.6.1.4.1.9.9.43.1.1.6.1.3.12", 2);
  sent.add("1.3.6.1.4.1.9.9.43.1.1.6.1.4.12", text("vty"));
  // Below a known row, and below a known node, but no known object.
  sent.add("1.3.6.1.2.1.2.2.1.99.4", 5);
  const rules::Alert& alert = sent.read();
  CHECK(alert.type == "1.3.6.1.4.1.9.9.43.2.0.1");
  CHECK(alert.qualifier.empty());
  CHECK(sent.lines() ==
        "1.3.6.1.2.1.2.2.1.99.4=5\n"
        "1.3.6.1.2.1.2.2.1.99.4.raw=5\n"
        "1.3.6.1.4.1.9.9.43.1.1.6.1.3.12=2\n"
        "1.3.6.1.4.1.9.9.43.1.1.6.1.3.12.raw=2\n"
        "1.3.6.1.4.1.9.9.43.1.1.6.1.4.12=vty\n"
        "1.3.6.1.4.1.9.9.43.1.1.6.1.4.12.raw=0x767479\n"
        "snmp_agent=192.0.2.1\n"
        "snmp_enterprise=1.3.6.1.4.1.9.9.43.2\n"
        "snmp_oid=1.3.6.1.4.1.9.9.43.2.0.1\n"
        "snmp_sender=192.0.2.1\n"
        "snmp_uptime=12345\n"
        "snmp_version=2c\n");
}

TEST_CASE("well-known alarms of a UPS are named") {
  SentTrap sent("1.3.6.1.2.1.33.2.3");
  sent.add("1.3.6.1.2.1.33.1.6.2.1.1.7", 7);
  sent.add("1.3.6.1.2.1.33.1.6.2.1.2.7", sent.oid("1.3.6.1.2.1.33.1.6.3.2"));
  CHECK(sent.read().type == "upsTrapAlarmEntryAdded");
  CHECK(sent.result.alert.qualifier == "7");
  CHECK(sent.label("upsAlarmDescr") == "upsAlarmOnBattery");
  CHECK(sent.label("upsAlarmDescr.raw") == "1.3.6.1.2.1.33.1.6.3.2");
}

TEST_CASE("a trigger of net-snmp's agent names what it watched") {
  SentTrap sent("1.3.6.1.2.1.88.2.0.1");
  sent.add("1.3.6.1.2.1.88.2.1.1.0", text("dskTable"));
  sent.add("1.3.6.1.2.1.88.2.1.4.0", sent.oid("1.3.6.1.4.1.2021.9.1.100.1"));
  sent.add("1.3.6.1.2.1.88.2.1.5.0", 1);
  sent.add("1.3.6.1.4.1.2021.9.1.2.1", text("/var"));
  CHECK(sent.read().type == "mteTriggerFired");
  CHECK(sent.result.alert.qualifier == "1");
  CHECK(sent.label("mteHotTrigger") == "dskTable");
  CHECK(sent.label("mteHotOID") == "dskErrorFlag.1");
  CHECK(sent.label("mteHotValue") == "1");
  CHECK(sent.label("dskPath") == "/var");
  CHECK(sent.label("dskIndex") == "1");
}

TEST_CASE("version 3 has a user and a context") {
  SentTrap sent("1.3.6.1.6.3.1.1.5.1");
  sent.trap.version = SnmpVersion::v3;
  sent.trap.user = "noc";
  sent.trap.context = "vlan\xff";
  sent.read();
  CHECK(sent.label("snmp_version") == "3");
  CHECK(sent.label("snmp_user") == "noc");
  CHECK(sent.label("snmp_context") == "0x766c616eff");
}

TEST_CASE("an agent that knows no address of its own is where the packet came from") {
  SentTrap sent;
  sent.trap.agent_is_believed = true;
  const auto& alert = sent.read_v1({.enterprise = sent.oid("1.3.6.1.4.1.9"), .generic = 0});
  CHECK(alert.sender == "192.0.2.1");
  CHECK(sent.label("snmp_agent") == "192.0.2.1");
}

TEST_CASE("a community is never a label") {
  SentTrap sent("1.3.6.1.6.3.1.1.5.1");
  sent.trap.community = "s3cret";
  for (const char* oid : {"1.3.6.1.6.3.18.1.4.0", "1.3.6.1.6.3.18.1.4", "1.3.6.1.6.3.18.1.4.7",
                          "1.3.6.1.6.3.18.1.1.1.2.3.97.98.99", "1.3.6.1.2.1.16.9.1.1.4.1"}) {
    sent.add(oid, text("s3cret"));
  }
  sent.read();
  CHECK(sent.lines().find("s3cret") == std::string::npos);
  CHECK(sent.lines().find("0x733363726574") == std::string::npos);
  CHECK(sent.result.left_out == 0);
}

TEST_CASE("one reader reads many traps") {
  TrapLabels labels;
  for (int round = 0; round < 3; ++round) {
    SentTrap with("1.3.6.1.6.3.1.1.5.3");
    with.add("1.3.6.1.2.1.2.2.1.8.3", 2);
    with.read();
    Batch batch{std::string()};
    const TrapAlert first = labels.read(with.trap, shipped_table(), batch);
    CHECK(rules::find_label(first.alert.labels, "ifOperStatus") == "down");
    SentTrap without("1.3.6.1.6.3.1.1.5.1");
    without.read();
    const TrapAlert second = labels.read(without.trap, shipped_table(), batch);
    CHECK(rules::find_label(second.alert.labels, "ifOperStatus") == "");
    CHECK(second.alert.qualifier.empty());
    CHECK(rules::find_label(first.alert.labels, "ifOperStatus") == "down");
  }
}
