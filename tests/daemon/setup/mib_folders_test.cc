// MIB folders in a setup: names for its traps, warnings for its people.

#include <doctest/doctest.h>

#include "connectors/snmp/oid_table.h"
#include "connectors/snmp/shipped_table.h"
#include "connectors/snmp/snmp_settings.h"
#include "tests/daemon/setup/config_folder.h"

using namespace deskd;
using test::ConfigFolder;

namespace {

constexpr const char* fan_mib =
    "FAN-MIB DEFINITIONS ::= BEGIN\nIMPORTS enterprises FROM SNMPv2-SMI;\n"
    "fan OBJECT IDENTIFIER ::= { enterprises 7 }\nEND\n";

std::unique_ptr<daemon::Setup> load(ConfigFolder& folder, const std::string& mibs,
                                    const daemon::Loading& loading) {
  folder.write("deskd.yaml",
               "ledger: {path: data}\nrules: rules.d\ndesk: desk.yaml\n"
               "sources: [{name: t, kind: snmp, listen: [\"localhost:0\"], mibs: [" +
                   mibs + "]}]\n");
  return folder.load(loading);
}

std::size_t names_of(const daemon::Setup& setup) {
  return setup.judging.find("t")->snmp->names->entries().size() -
         connectors::shipped_oid_table()->entries().size();
}

}  // namespace

TEST_CASE("a source's MIB folders give its traps names") {
  ConfigFolder folder;
  folder.write("mibs/FAN-MIB", fan_mib);
  const auto setup = load(folder, "mibs", {.mib_program = DESKD_MIB_PROGRAM});
  CHECK(folder.said == "");
  REQUIRE(setup);
  CHECK(names_of(*setup) == 1);
  CHECK_FALSE(std::filesystem::exists(folder.path() + "/data"));
}

TEST_CASE("a daemon keeps what it read, and others find it") {
  ConfigFolder folder;
  folder.write("mibs/FAN-MIB", fan_mib);
  std::filesystem::create_directory(folder.path() + "/data");
  REQUIRE(load(folder, "mibs", {.mib_program = DESKD_MIB_PROGRAM, .may_keep = true}));
  const auto setup = load(folder, "mibs", {});
  CHECK(folder.said == "");
  REQUIRE(setup);
  CHECK(names_of(*setup) == 1);
}

TEST_CASE("what is wrong with a module is a warning at its line") {
  ConfigFolder folder;
  folder.write("mibs/FAN-MIB", fan_mib);
  folder.write("mibs/ROTOR-MIB",
               "ROTOR-MIB DEFINITIONS ::= BEGIN\nIMPORTS fan FROM FAN-MIB gone FROM GONE-MIB;\n"
               "rotor OBJECT IDENTIFIER ::= { fan 1 }\nEND\n");
  const auto setup = load(folder, "mibs", {.mib_program = DESKD_MIB_PROGRAM});
  CHECK(folder.said ==
        "mibs/ROTOR-MIB:2:1: warning: no file of the folders is the module 'GONE-MIB', which is "
        "imported here\n"
        "    IMPORTS fan FROM FAN-MIB gone FROM GONE-MIB;\n"
        "    ^\n");
  REQUIRE(setup);
  CHECK(names_of(*setup) == 2);
}

TEST_CASE("of many problems the first are shown, and how to see all") {
  ConfigFolder folder;
  for (int i = 0; i < 40; ++i) folder.write("mibs/README-" + std::to_string(i), "no module");
  REQUIRE(load(folder, "mibs", {.mib_program = DESKD_MIB_PROGRAM}));
  CHECK(folder.said.find("10 more problems in MIB folders; all of them: deskd --read-mibs ") !=
        std::string::npos);
}

TEST_CASE("folders that can't be read cost their names and no more") {
  ConfigFolder folder;
  folder.write("mibs/FAN-MIB", fan_mib);
  const auto setup = load(folder, "mibs", {.mib_program = "/bin/false"});
  CHECK(folder.said.find("warning: the process that reads MIB folders ended with 1: traps have the "
                         "names that deskd ships, others stay numbers") != std::string::npos);
  REQUIRE(setup);
  CHECK(names_of(*setup) == 0);
}

TEST_CASE("a folder that is not there is a mistake") {
  ConfigFolder folder;
  CHECK_FALSE(load(folder, "gone", {.mib_program = DESKD_MIB_PROGRAM}));
  CHECK(folder.said.find("gone is no folder") != std::string::npos);
}

TEST_CASE("no line of a file is shown that is none of the folders', whatever the process says") {
  ConfigFolder folder;
  folder.write("mibs/FAN-MIB", fan_mib);
  folder.write("http.token", "the token itself\n");
  folder.write("program",
               "#!/bin/sh\necho oid,module,name,kind,syntax,hint,refers,values\n"
               "echo '" +
                   folder.path() + "/http.token:1: look here' >&2\n",
               0700);
  const std::string program = folder.path() + "/program";
  REQUIRE(load(folder, "mibs", {.mib_program = program}));
  CHECK(folder.said.find("http.token:1: look here") != std::string::npos);
  CHECK(folder.said.find("the token itself") == std::string::npos);
}

TEST_CASE("two sources with the same folders have them read once, and each says what is wrong") {
  ConfigFolder folder;
  folder.write("mibs/FAN-MIB", fan_mib);
  folder.write("program", "#!/bin/sh\necho >> " + folder.path() + "/started\nexit 3\n", 0700);
  const std::string program = folder.path() + "/program";
  folder.write("deskd.yaml",
               "ledger: {path: data}\nrules: rules.d\ndesk: desk.yaml\nsources:\n"
               "- {name: t, kind: snmp, listen: [\"localhost:0\"], mibs: [mibs]}\n"
               "- {name: u, kind: snmp, listen: [\"localhost:0\"], mibs: [mibs]}\n");
  REQUIRE(folder.load({.mib_program = program}));
  CHECK(folder.said.find("deskd.yaml:5:") != std::string::npos);
  CHECK(folder.said.find("deskd.yaml:6:") != std::string::npos);
  CHECK(std::filesystem::file_size(folder.path() + "/started") == 1);
}
