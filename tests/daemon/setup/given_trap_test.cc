// Traps in the tests of rules: `given: {trap: {oid, from, varbinds}}`.

#include <doctest/doctest.h>

#include "connectors/snmp/shipped_table.h"
#include "connectors/snmp/trap_labels.h"
#include "daemon/setup/given_trap.h"
#include "tests/daemon/setup/config_folder.h"

using namespace deskd;
using test::ConfigFolder;

namespace {

/// Runs one test of one rule, which is `given` and `expect`; what was said of it.
std::string ran(const std::string& given, const std::string& expect, const char* source = "") {
  ConfigFolder folder;
  folder.write("deskd.yaml", std::string("rules: rules.yaml\ndesk: desk.yaml\nsources:\n"
                                         "  - {name: hooks, kind: webhook, format: generic}\n") +
                                 source);
  folder.write("rules.yaml",
               "rules:\n  - name: r\n    why: w\n    owner: o\n    then: {class: c}\n    tests:\n"
               "      - given: " +
                   given + "\n        expect: " + expect + "\n");
  folder.load();
  return folder.said.substr(0, folder.said.find('\n'));
}

/// The label that one varbind becomes, by the shipped names.
std::string label_of(rules::GivenTrap::Varbind varbind, std::string_view label) {
  const auto table = connectors::shipped_oid_table();
  daemon::GivenTraps traps(*table);
  connectors::Batch batch{std::string()};
  rules::GivenTrap given;
  given.oid.text = "1.3.6.1.4.1.99999.0.1";
  given.from.text = "10.0.0.7";
  given.varbinds = {std::move(varbind)};
  const auto trap = traps.make(given, batch);
  if (!trap) return "! " + trap.error().why;
  connectors::TrapLabels labels;
  const auto read = labels.read(*trap, *table, batch);
  return std::string(rules::find_label(read.alert.labels, label));
}

rules::GivenTrap::Varbind varbind(std::string object, std::string value, std::string type = "") {
  return {
      .object = {std::move(object), {}}, .value = {std::move(value), {}}, .type = std::move(type)};
}

}  // namespace

TEST_CASE("a trap by names, without a source, is read by what deskd knows by itself") {
  CHECK(ran("{trap: {oid: linkDown, from: 10.0.0.7, varbinds: {ifIndex.3: 3, ifOperStatus.3: "
            "down}}}",
            "{type: linkDown, resource: 10.0.0.7, identity: [10.0.0.7, linkDown, \"3\"], labels: "
            "{ifOperStatus: down, ifOperStatus.raw: 2, snmp_module: IF-MIB}}") == "");
  CHECK(ran("{trap: {oid: 1.3.6.1.6.3.1.1.5.3}}", "{type: linkDown, resource: 192.0.2.1}") == "");
  CHECK(ran("{trap: {oid: 1.3.6.1.4.1.99999.0.7}}", "{type: 1.3.6.1.4.1.99999.0.7}") == "");
}

TEST_CASE("a source that is named must be one of kind snmp") {
  constexpr const char* traps = "  - {name: traps, kind: snmp, listen: [\"127.0.0.1:0\"]}\n";
  CHECK(ran("{source: traps, trap: {oid: linkDown}}", "{type: linkDown}", traps) == "");
  CHECK(ran("{source: hooks, trap: {oid: linkDown}}", "{class: c}") ==
        "rules.yaml:7:32: error: test of rule 'r': the trap could not be decoded: source 'hooks' "
        "is of kind webhook");
  CHECK(ran("{source: bus, trap: {oid: linkDown}}", "{class: c}") ==
        "rules.yaml:7:30: error: test of rule 'r': the trap could not be decoded: there is no "
        "source 'bus'");
  CHECK(ran("{source: traps, body: {}}", "{class: c}", traps).find("is of kind snmp") !=
        std::string::npos);
}

TEST_CASE("values are what their objects are") {
  CHECK(label_of(varbind("ifAdminStatus.3", "up"), "ifAdminStatus.raw") == "1");
  CHECK(label_of(varbind("ifAdminStatus.3", "2"), "ifAdminStatus") == "down");
  CHECK(label_of(varbind("upsAlarmDescr.7", "upsAlarmOnBattery"), "upsAlarmDescr") ==
        "upsAlarmOnBattery");
  CHECK(label_of(varbind("bgpPeerRemoteAddr.192.0.2.9", "192.0.2.9"), "bgpPeerRemoteAddr") ==
        "192.0.2.9");
  CHECK(label_of(varbind("entStateAlarm.1", "critical,major"), "entStateAlarm") ==
        "critical,major");
  CHECK(label_of(varbind("ifDescr.3", "xe-0/0/1"), "ifDescr") == "xe-0/0/1");
  CHECK(label_of(varbind("ifPhysAddress.3", "0x001b21aa0f09"), "ifPhysAddress") ==
        "00:1b:21:aa:0f:09");
  CHECK(label_of(varbind("1.3.6.1.4.1.99999.1", "3"), "1.3.6.1.4.1.99999.1.raw") == "3");
  CHECK(label_of(varbind("1.3.6.1.4.1.99999.1", "x"), "1.3.6.1.4.1.99999.1.raw") == "0x78");
}

TEST_CASE("a type that is written stands over what the object is") {
  const char* object = "1.3.6.1.4.1.99999.1";
  CHECK(label_of(varbind(object, "0a0b", "hex"), object) == "0x0a0b");
  CHECK(label_of(varbind(object, "3", "text"), "1.3.6.1.4.1.99999.1.raw") == "0x33");
  CHECK(label_of(varbind(object, "18446744073709551615", "counter64"), object) ==
        "18446744073709551615");
  CHECK(label_of(varbind(object, "8835", "timeticks"), object) == "0:01:28.35");
  CHECK(label_of(varbind(object, "4294967295", "unsigned"), object) == "4294967295");
  CHECK(label_of(varbind(object, "linkDown", "oid"), object) == "linkDown");
  CHECK(label_of(varbind(object, "10.0.0.7", "address"), object) == "10.0.0.7");
}

TEST_CASE("mistakes of a trap stand at their places, with the nearest name") {
  struct Row {
    const char* trap;
    const char* said;
  };
  const Row rows[] = {
      {"{oid: linkDwn}",
       "7:29: 'linkDwn' is neither an OID nor a name that the source knows "
       "(nearest: 'linkDown')"},
      {"{oid: linkDown, from: edge-7}", "7:45: 'edge-7' is no address"},
      {"{oid: linkDown, varbinds: {ifOperStatu.3: 1}}",
       "7:50: 'ifOperStatu' is neither an OID nor a name that the source knows (nearest: "
       "'ifOperStatus')"},
      {"{oid: linkDown, varbinds: {ifIndex.x: 1}}", "7:50: 'ifIndex.x' is no instance: NAME.3"},
      {"{oid: linkDown, varbinds: {ifOperStatus.3: dwon}}",
       "7:66: 'dwon' is no number that fits this object, nor a name of its values (nearest: "
       "'down')"},
      {"{oid: linkDown, varbinds: {ifIndex.3: 99999999999}}",
       "7:61: '99999999999' is no number that fits this object"},
      {"{oid: linkDown, varbinds: {1.3.6.1: {hex: 0a0}}}",
       "7:65: '0a0' is no value of this object"},
      {"{oid: linkDown, varbinds: {1.3.6.1: {address: x}}}", "7:69: an IPv4 address expected"},
      {"{oid: linkDown, varbinds: {entStateAlarm.1: critcal}}",
       "7:67: 'critcal' is no value of this object"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.trap);
    const std::string said = ran(std::string("{trap: ") + row.trap + "}", "{class: c}");
    const std::string expected = row.said;
    const auto colon = expected.find(": ");
    CHECK(said == "rules.yaml:" + expected.substr(0, colon) +
                      ": error: test of rule 'r': the trap could not be decoded: " +
                      expected.substr(colon + 2));
  }
}
