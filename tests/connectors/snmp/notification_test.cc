#include "connectors/snmp/notification.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/connectors/snmp/sent_trap.h"

using namespace deskd::connectors;

namespace {

std::string shown(OidView view) {
  OidText room;
  return std::string(print(view, room));
}

}  // namespace

TEST_CASE("version 1 becomes version 2 by RFC 3584, section 3.1") {
  struct Row {
    const char* enterprise;
    std::int64_t generic;
    std::int64_t specific;
    const char* trap_oid;
    const char* type;
  };
  for (const Row& row : {
           Row{"1.3.6.1.4.1.8072.3.2.10", 0, 0, "1.3.6.1.6.3.1.1.5.1", "coldStart"},
           Row{"1.3.6.1.4.1.8072.3.2.10", 1, 0, "1.3.6.1.6.3.1.1.5.2", "warmStart"},
           Row{"1.3.6.1.4.1.8072.3.2.10", 2, 0, "1.3.6.1.6.3.1.1.5.3", "linkDown"},
           Row{"1.3.6.1.4.1.8072.3.2.10", 3, 0, "1.3.6.1.6.3.1.1.5.4", "linkUp"},
           Row{"1.3.6.1.4.1.8072.3.2.10", 4, 77, "1.3.6.1.6.3.1.1.5.5", "authenticationFailure"},
           Row{"1.3.6.1.4.1.8072.3.2.10", 5, 0, "1.3.6.1.6.3.1.1.5.6", "1.3.6.1.6.3.1.1.5.6"},
           Row{"1.3.6.1.4.1.8072.2.3.0.1", 6, 17, "1.3.6.1.4.1.8072.2.3.0.1.0.17",
               "1.3.6.1.4.1.8072.2.3.0.1.0.17"},
           Row{"1.3.6.1.4.1.9", 6, 4294967295, "1.3.6.1.4.1.9.0.4294967295",
               "1.3.6.1.4.1.9.0.4294967295"},
           // RFC 1269 calls it bgpEstablished, RFC 4273 bgpEstablishedNotification.
           Row{"1.3.6.1.2.1.15", 6, 1, "1.3.6.1.2.1.15.0.1", "bgpEstablishedNotification"},
           // Modules that define their traps without the zero.
           Row{"1.3.6.1.2.1.15.7", 6, 2, "1.3.6.1.2.1.15.7.0.2", "bgpBackwardTransition"},
           Row{"1.3.6.1.2.1.33.2", 6, 1, "1.3.6.1.2.1.33.2.0.1", "upsTrapOnBattery"},
           Row{"1.3.6.1.2.1.14.16.2", 6, 2, "1.3.6.1.2.1.14.16.2.0.2", "ospfNbrStateChange"},
       }) {
    CAPTURE(row.trap_oid);
    SentTrap sent;
    const V1Head head{.enterprise = sent.oid(row.enterprise),
                      .agent_address = {10, 0, 0, 7},
                      .generic = row.generic,
                      .specific = row.specific,
                      .time_stamp = 4294967295};
    const auto& alert = sent.read_v1(head);
    CHECK(sent.taken);
    CHECK(shown(sent.trap.trap_oid) == row.trap_oid);
    CHECK(alert.type == row.type);
    CHECK(sent.label("snmp_oid") == row.trap_oid);
    CHECK(sent.label("snmp_enterprise") == row.enterprise);
    CHECK(sent.label("snmp_agent") == "10.0.0.7");
    CHECK(sent.label("snmp_uptime") == "4294967295");
    CHECK(sent.label("snmp_version") == "1");
  }
}

TEST_CASE("a trap of version 1 that has no place in version 2 is told") {
  std::string longest = "1.3";
  for (int i = 2; i < 127; ++i) longest += ".1";
  struct Row {
    std::string enterprise;
    std::int64_t generic;
    std::int64_t specific;
    const char* why;
  };
  for (const Row& row : {
           Row{"1.3.6.1.4.1.9", 7, 0, "generic-trap is not one of 0 to 6"},
           Row{"1.3.6.1.4.1.9", -1, 0, "generic-trap is not one of 0 to 6"},
           Row{"1.3.6.1.4.1.9", 6, -1, "specific-trap is no number from 0 to 4294967295"},
           Row{"1.3.6.1.4.1.9", 6, 4294967296, "specific-trap is no number from 0 to 4294967295"},
           Row{"", 6, 1, "the enterprise is empty"},
           Row{longest, 6, 1, "the enterprise has no room for a trap below it"},
       }) {
    CAPTURE(row.why);
    SentTrap sent;
    const V1Head head{
        .enterprise = sent.oid(row.enterprise), .generic = row.generic, .specific = row.specific};
    const auto taken = map_v1(head, {}, sent.trap);
    REQUIRE_FALSE(taken);
    CHECK(taken.error() == row.why);
  }
}

TEST_CASE("sysUpTime and snmpTrapOID come first, the rest is what the trap says") {
  SentTrap sent("1.3.6.1.6.3.1.1.5.3");
  sent.add("1.3.6.1.2.1.2.2.1.1.3", 3);
  sent.read();
  CHECK(sent.taken);
  CHECK(sent.trap.uptime == 12345);
  REQUIRE(sent.trap.varbinds.size() == 1);
  CHECK(shown(sent.trap.varbinds[0].oid) == "1.3.6.1.2.1.2.2.1.1.3");
  CHECK_FALSE(sent.trap.agent_address);
}

TEST_CASE("an agent that leaves out sysUpTime is put up with") {
  SentTrap sent;
  sent.add("1.3.6.1.6.3.1.1.4.1.0", sent.oid("1.3.6.1.6.3.1.1.5.1"));
  CHECK(sent.read().type == "coldStart");
  CHECK(sent.taken);
  CHECK(sent.label("snmp_uptime") == "");
}

TEST_CASE("without its OID a trap is none") {
  SentTrap none;
  CHECK(take_head({}, none.trap).error() == "snmpTrapOID.0 is not where it belongs");

  SentTrap late;
  late.add("1.3.6.1.2.1.1.3.0", TimeTicks{1}).add("1.3.6.1.2.1.2.2.1.1.3", 3);
  late.add("1.3.6.1.6.3.1.1.4.1.0", late.oid("1.3.6.1.6.3.1.1.5.1"));
  CHECK(take_head(late.varbinds, late.trap).error() == "snmpTrapOID.0 is not where it belongs");

  SentTrap number;
  number.add("1.3.6.1.2.1.1.3.0", TimeTicks{1}).add("1.3.6.1.6.3.1.1.4.1.0", 3);
  CHECK(take_head(number.varbinds, number.trap).error() == "snmpTrapOID.0 is no object identifier");

  SentTrap empty;
  empty.add("1.3.6.1.2.1.1.3.0", TimeTicks{1}).add("1.3.6.1.6.3.1.1.4.1.0", OidView());
  CHECK(take_head(empty.varbinds, empty.trap).error() == "snmpTrapOID.0 is no object identifier");

  SentTrap text_time;
  text_time.add("1.3.6.1.2.1.1.3.0", text("1"));
  CHECK(take_head(text_time.varbinds, text_time.trap).error() == "sysUpTime.0 is no TimeTicks");
}

TEST_CASE("the enterprise of a version 2 trap: RFC 3584, section 3.2") {
  struct Row {
    const char* trap_oid;
    const char* enterprise;
  };
  for (const Row& row : {Row{"1.3.6.1.6.3.1.1.5.3", "1.3.6.1.6.3.1.1.5"},
                         Row{"1.3.6.1.4.1.8072.4.0.2", "1.3.6.1.4.1.8072.4"},
                         Row{"1.3.6.1.2.1.33.2.1", "1.3.6.1.2.1.33.2"}, Row{"1", ""}}) {
    CAPTURE(row.trap_oid);
    SentTrap sent(row.trap_oid);
    sent.read();
    CHECK(shown(sent.trap.enterprise) == row.enterprise);
  }
}

TEST_CASE("what a proxy adds says where a trap comes from, and is no label") {
  SentTrap sent("1.3.6.1.6.3.1.1.5.1");
  sent.add("1.3.6.1.6.3.18.1.3.0", Ipv4{10, 1, 2, 3});
  sent.add("1.3.6.1.6.3.18.1.4.0", text("s3cret"));
  sent.add("1.3.6.1.6.3.1.1.4.3.0", sent.oid("1.3.6.1.4.1.9.1.1"));
  const auto& alert = sent.read();
  CHECK(alert.sender == "192.0.2.1");
  CHECK(alert.resource == "192.0.2.1");
  CHECK(sent.lines() ==
        "snmp_agent=10.1.2.3\n"
        "snmp_enterprise=1.3.6.1.4.1.9.1.1\n"
        "snmp_module=SNMPv2-MIB\n"
        "snmp_oid=1.3.6.1.6.3.1.1.5.1\n"
        "snmp_sender=192.0.2.1\n"
        "snmp_uptime=12345\n"
        "snmp_version=2c\n");

  sent.trap.agent_is_believed = true;
  CHECK(sent.read().sender == "10.1.2.3");
  CHECK(sent.result.alert.resource == "10.1.2.3");
}

TEST_CASE("coldStart and warmStart tell that an agent starts, nothing else does") {
  const auto is_start = [](std::string_view oid) { return is_agent_start(*Oid::parse(oid)); };
  CHECK(is_start("1.3.6.1.6.3.1.1.5.1"));
  CHECK(is_start("1.3.6.1.6.3.1.1.5.2"));
  for (const char* other : {"1.3.6.1.6.3.1.1.5", "1.3.6.1.6.3.1.1.5.0", "1.3.6.1.6.3.1.1.5.3",
                            "1.3.6.1.6.3.1.1.5.1.0", "1.3.6.1.6.3.1.1.4.1"}) {
    CAPTURE(other);
    CHECK_FALSE(is_start(other));
  }
}
