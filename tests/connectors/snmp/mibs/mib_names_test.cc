// From modules as people have them to the labels of a trap.

#include "connectors/snmp/mibs/mib_names.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <iterator>
#include <random>

#include "connectors/snmp/shipped_table.h"
#include "tests/connectors/snmp/mibs/mib_folder.h"
#include "tests/connectors/snmp/sent_trap.h"

using namespace deskd;
using namespace deskd::connectors;
using test::lines_of;
using test::MibFolder;
using test::read_mib_names;
using test::script;

namespace {

const OidEntry* named(const OidTable& table, std::string_view name) {
  for (const OidEntry& entry : table.entries()) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("a trap of the operator's module has its names, enumerations, hints and index") {
  MibFolder folder;
  folder.copy("EXAMPLE-MIB.txt");
  const MibNames names = folder.read();
  CHECK(names.fault == "");
  CHECK(lines_of(names.problems, folder.path()) == "");

  SentTrap sent("1.3.6.1.4.1.99999.0.1");
  // Slot 3, and the name "cpu" to the end of the OID.
  sent.add("1.3.6.1.4.1.99999.1.1.1.3.3.99.112.117", std::int32_t{3});
  sent.add("1.3.6.1.4.1.99999.1.1.1.4.3.99.112.117", std::int32_t{987});
  sent.add("1.3.6.1.4.1.99999.1.1.1.5.3.99.112.117", text({"\x00\x1b\x21\xaa\x0f\x09", 6}));
  sent.add("1.3.6.1.4.1.99999.1.1.1.7.3.99.112.117", text({"\x0a\x00\x00\x07", 4}));
  sent.add("1.3.6.1.4.1.99999.1.1.1.8.3.99.112.117", text({"\x40\x40", 2}));
  sent.add("1.3.6.1.4.1.99999.1.1.1.9.3.99.112.117", text({"abcd", 4}));
  sent.add("1.3.6.1.2.1.1.2.0", sent.oid("1.3.6.1.4.1.99999.2.7"));
  const rules::Alert& alert = sent.read(*names.table);
  CHECK(alert.type == "exampleTooHot");
  CHECK(sent.label("snmp_module") == "EXAMPLE-MIB");
  CHECK(sent.label("exampleState") == "tooHot");
  CHECK(sent.label("exampleState.raw") == "3");
  CHECK(sent.label("exampleTemperature") == "98.7");
  CHECK(sent.label("exampleMac") == "00:1b:21:aa:0f:09");
  CHECK(sent.label("examplePeer") == "10.0.0.7");
  CHECK(sent.label("exampleFlags") == "doorOpen,smoke");
  CHECK(sent.label("exampleKey") == "0x61626364");
  CHECK(sent.label("sysObjectID") == "exampleProductLarge");
  CHECK(sent.label("exampleSlot") == "3");
  CHECK(sent.label("exampleName") == "cpu");
}

TEST_CASE("a row that augments a shipped one has its index") {
  MibFolder folder;
  folder.copy("EXAMPLE-MIB.txt");
  SentTrap sent("1.3.6.1.4.1.99999.0.1");
  sent.add("1.3.6.1.4.1.99999.1.2.1.1.17", Counter64{5});
  sent.read(*folder.read().table);
  CHECK(sent.label("exampleIfErrors") == "5");
  CHECK(sent.label("ifIndex") == "17");
}

TEST_CASE("a trap of SMIv1 has the OID that RFC 3584 gives it") {
  MibFolder folder;
  folder.copy("EXAMPLE-V1-MIB.txt");
  const MibNames names = folder.read();
  CHECK(lines_of(names.problems, folder.path()) == "");
  SentTrap sent("1.3.6.1.4.1.99998.0.3");
  sent.add("1.3.6.1.4.1.99998.1.0", text("fan 2"));
  CHECK(sent.read(*names.table).type == "exampleV1Failed");
  CHECK(sent.label("exampleV1Text") == "fan 2");
}

TEST_CASE("a broken module costs its own names, and says where it is broken") {
  MibFolder folder;
  folder.copy("EXAMPLE-V1-MIB.txt");
  folder.write_module("BROKEN-MIB",
                      "broken OBJECT IDENTIFIER ::= { enterprises 5 }\n\nx OBJECT-TYPE\n"
                      "  SYNTAX INTEGER\n  MAX-ACCES read-only\n  STATUS current\n"
                      "  ::= { broken 1 }");
  folder.write("README", "Modules of the fan's vendor.\n");
  const MibNames names = folder.read();
  CHECK(lines_of(names.problems, folder.path()) ==
        "README: does not begin with 'NAME DEFINITIONS': not read\n"
        "BROKEN-MIB:7: Should be ACCESS (MAX-ACCES)\n"
        "BROKEN-MIB:7: this is no OBJECT-TYPE: nothing of the module is used\n");
  CHECK(named(*names.table, "broken") == nullptr);
  CHECK(named(*names.table, "exampleV1Failed") != nullptr);
  CHECK(named(*names.table, "linkDown") != nullptr);
}

TEST_CASE("what is imported and not there is said where it is imported and where it is used") {
  MibFolder folder;
  folder.write_module("USER-MIB",
                      "user OBJECT IDENTIFIER ::= { enterprises 6 }\n"
                      "lost OBJECT IDENTIFIER ::= { gone 1 }\n"
                      "t NOTIFICATION-TYPE OBJECTS { far } STATUS current DESCRIPTION \"\"\n"
                      "  ::= { user 1 }",
                      "\ngone, far FROM GONE-MIB\nnothing FROM IF-MIB");
  const MibNames names = folder.read();
  CHECK(lines_of(names.problems, folder.path()) ==
        "USER-MIB:3: no file of the folders is the module 'GONE-MIB', which is imported here\n"
        "USER-MIB:4: 'nothing' is imported, but not in the module 'IF-MIB'\n"
        "USER-MIB:6: 'gone' is defined neither here nor in what the module imports\n"
        "USER-MIB:7: far of t is no object that is known\n");
  const OidEntry* const trap = named(*names.table, "t");
  REQUIRE(trap != nullptr);
  CHECK(trap->objects.empty());
}

TEST_CASE("modules that import each other are read, and a circle of OIDs is said") {
  MibFolder folder;
  folder.write_module("A-MIB", "a OBJECT IDENTIFIER ::= { enterprises 70 }\n", "b FROM B-MIB");
  folder.write_module("B-MIB", "b OBJECT IDENTIFIER ::= { a 1 }\n", "a FROM A-MIB");
  folder.write_module("LOOP-MIB",
                      "one OBJECT IDENTIFIER ::= { two 1 }\ntwo OBJECT IDENTIFIER ::= { one 1 }");
  const MibNames names = folder.read();
  CHECK(named(*names.table, "a") != nullptr);
  CHECK(named(*names.table, "one") == nullptr);
  const std::string lines = lines_of(names.problems, folder.path());
  CHECK(lines.find("LOOP-MIB:3: 'one' hangs on 'two', which hangs on nothing") !=
        std::string::npos);
}

TEST_CASE("all modules of one file are read, also one that takes the place of a carried one") {
  MibFolder folder;
  folder.write("all",
               "-- A-DEFINITIONS DEFINITIONS in a comment\n"
               "TOP-MIB DEFINITIONS ::= BEGIN\nIMPORTS enterprises FROM SNMPv2-SMI;\n"
               "top OBJECT IDENTIFIER ::= { enterprises 9 }\nEND\n"
               "SNMPv2-TC\n  DEFINITIONS ::= BEGIN\n"
               "Mood ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION \"\"\n"
               "  SYNTAX INTEGER { glad(1), sad(2) }\nEND\n");
  folder.write_module("user",
                      "x OBJECT-TYPE SYNTAX Mood MAX-ACCESS read-only STATUS current\n"
                      "  DESCRIPTION \"\" ::= { top 1 }",
                      "top FROM TOP-MIB Mood FROM SNMPv2-TC");
  const MibNames names = folder.read();
  CHECK(lines_of(names.problems, folder.path()) == "");
  const OidEntry* const entry = named(*names.table, "x");
  REQUIRE(entry != nullptr);
  CHECK(entry->name_of(2) == "sad");
}

TEST_CASE("a shipped name stays, and only another name for its OID is worth a word") {
  MibFolder folder;
  folder.write_module("OTHER-MIB",
                      "ifIndex OBJECT IDENTIFIER ::= { iso 3 6 1 2 1 2 2 1 1 }\n"
                      "ifAdminState OBJECT IDENTIFIER ::= { iso 3 6 1 2 1 2 2 1 7 }");
  const MibNames names = folder.read();
  CHECK(lines_of(names.problems, folder.path()) ==
        "OTHER-MIB:4: 'ifAdminState' is 1.3.6.1.2.1.2.2.1.7, which is called "
        "IF-MIB::ifAdminStatus already: that name stays\n");
  CHECK(names.table->entries().size() == shipped_oid_table()->entries().size());
}

TEST_CASE("the name of a shipped object in another module takes nothing from the shipped traps") {
  MibFolder folder;
  folder.write_module("OTHER-MIB",
                      "other OBJECT IDENTIFIER ::= { enterprises 8 }\n"
                      "ifIndex OBJECT-TYPE SYNTAX INTEGER MAX-ACCESS read-only STATUS current\n"
                      "  DESCRIPTION \"\" ::= { other 1 }");
  const MibNames names = folder.read();
  CHECK(names.table->entries().size() == shipped_oid_table()->entries().size() + 2);
  const OidEntry* const shipped = named(*shipped_oid_table(), "linkDown");
  const OidEntry* const now = named(*names.table, "linkDown");
  REQUIRE(now != nullptr);
  REQUIRE(now->objects.size() == shipped->objects.size());
  CHECK(now->objects[0]->oid() == shipped->objects[0]->oid());
}

TEST_CASE("a thousand modules are read at once") {
  MibFolder folder;
  for (int i = 0; i < 1'000; ++i) {
    const std::string before =
        i == 0 ? "" : fmt::format("\nm{0} FROM M{0}-MIB", i - 1);  // a chain of imports
    folder.write_module(fmt::format("M{}-MIB", i),
                        fmt::format("m{} OBJECT IDENTIFIER ::= {{ enterprises {} }}", i, 1000 + i),
                        before);
  }
  const MibNames names = folder.read();
  CHECK(lines_of(names.problems, folder.path()) == "");
  CHECK(names.table->entries().size() == shipped_oid_table()->entries().size() + 1'000);
}

TEST_CASE("many problems cost no names") {
  MibFolder folder;
  folder.copy("EXAMPLE-V1-MIB.txt");
  const std::string long_name(200, 'x');
  for (int i = 0; i < 6'000; ++i) folder.write(fmt::format("{}{}", long_name, i), "no module");
  const MibNames names = folder.read();
  CHECK(names.fault == "");
  CHECK(names.problems.size() == limits::mib_problems_max);
  CHECK(named(*names.table, "exampleV1Failed") != nullptr);
}

TEST_CASE("what was read is kept until a file changes") {
  MibFolder folder;
  folder.copy("EXAMPLE-V1-MIB.txt");
  folder.write("README", "no module");
  const MibNames first = folder.read();
  REQUIRE(named(*first.table, "exampleV1Failed") != nullptr);

  // Without a process there is only what was kept.
  const MibReading kept{.kept_in = folder.kept()};
  const MibNames second = read_mib_names({folder.path()}, kept);
  CHECK(second.fault == "");
  CHECK(named(*second.table, "exampleV1Failed") != nullptr);
  CHECK(second.problems == first.problems);

  folder.write("README", "still no module");
  const MibNames changed = read_mib_names({folder.path()}, kept);
  CHECK(changed.fault != "");
  CHECK(changed.table == shipped_oid_table());
  CHECK(folder.read().fault == "");
  CHECK(read_mib_names({folder.path()}, kept).fault == "");
}

TEST_CASE("a damaged file of kept names is read no more, and written anew") {
  MibFolder folder;
  folder.copy("EXAMPLE-V1-MIB.txt");
  folder.read();
  const MibReading kept{.kept_in = folder.kept()};
  const auto file = std::filesystem::directory_iterator(folder.kept())->path();
  const auto size = std::filesystem::file_size(file);
  for (const std::uintmax_t at : {std::uintmax_t{0}, std::uintmax_t{20}, size / 2, size - 1}) {
    CAPTURE(at);
    std::fstream bytes(file, std::ios::binary | std::ios::in | std::ios::out);
    bytes.seekp(static_cast<std::streamoff>(at));
    bytes.put('~');
    bytes.close();
    CHECK(read_mib_names({folder.path()}, kept).fault != "");
    CHECK(named(*folder.read().table, "exampleV1Failed") != nullptr);
    CHECK(read_mib_names({folder.path()}, kept).fault == "");
  }
  std::filesystem::resize_file(file, 10);
  CHECK(read_mib_names({folder.path()}, kept).fault != "");
}

TEST_CASE("folders without files need no process") {
  MibFolder folder;
  const MibNames names = read_mib_names({folder.path()}, {.kept_in = folder.kept()});
  CHECK(names.fault == "");
  CHECK(names.table == shipped_oid_table());
}

TEST_CASE("who may not keep leaves no file, and who can't says so") {
  MibFolder folder;
  folder.copy("EXAMPLE-V1-MIB.txt");
  MibReading reading = folder.reading();
  reading.may_keep = false;
  CHECK(read_mib_names({folder.path()}, reading).keep_fault == "");
  CHECK_FALSE(std::filesystem::exists(folder.kept()));

  std::ofstream(folder.kept()) << "a file where the folder would be";
  const MibNames names = folder.read();
  CHECK(named(*names.table, "exampleV1Failed") != nullptr);
  CHECK(names.keep_fault.starts_with(folder.kept() + " can't be written: "));
}

TEST_CASE("a process that dies or fails costs the names of the folders, and no more") {
  struct Row {
    const char* body;
    const char* fault;
  };
  for (const Row& row : {
           Row{"kill -SEGV $$", "the process that reads MIB folders was ended by signal 11"},
           Row{"exit 3", "the process that reads MIB folders ended with 3"},
       }) {
    CAPTURE(row.body);
    MibFolder folder;
    folder.copy("EXAMPLE-V1-MIB.txt");
    MibReading reading = folder.reading();
    reading.program = script(folder, row.body);
    const MibNames names = read_mib_names({folder.path()}, reading);
    CHECK(names.fault == row.fault);
    CHECK(names.table == shipped_oid_table());
    CHECK_FALSE(std::filesystem::exists(folder.kept()));
  }
}

TEST_CASE("modules with anything in them cost their names at most") {
  const MibFolder modules;
  modules.copy("EXAMPLE-MIB.txt");
  std::ifstream file(modules.path() + "/EXAMPLE-MIB.txt", std::ios::binary);
  const std::string whole(std::istreambuf_iterator<char>(file), {});
  const std::string_view pieces[] = {
      "{",           "}",   "::=", "\"", "--", "(18446744073709551616)", "INDEX", "exampleEntry",
      "OBJECT-TYPE", "END", "\xff"};
  std::mt19937 random(7);
  for (int round = 0; round < 40; ++round) {
    CAPTURE(round);
    std::string text = whole;
    for (int change = 0; change <= round; ++change) {
      const std::size_t at = random() % text.size();
      text.replace(at, random() % 20, pieces[random() % std::size(pieces)]);
    }
    MibFolder folder;
    folder.write("EXAMPLE-MIB", text);
    const MibNames names = folder.read();
    REQUIRE(names.table != nullptr);
    CHECK(named(*names.table, "linkDown") != nullptr);
    const bool is_dead = names.fault.find("was ended by signal") != std::string::npos;
    CHECK((names.fault.empty() || is_dead));
  }
}

TEST_CASE("what the process writes is not believed") {
  MibFolder folder;
  folder.copy("EXAMPLE-V1-MIB.txt");
  MibReading reading = folder.reading();
  reading.program = script(folder, R"(cat <<'END'
oid,module,name,kind,syntax,hint,refers,values
1.3.6.1.4.1.1,M,good,object,integer,,,
1.3.6.1.4.1.2,M,bad,row,,,nothing,
1.3.6.1.4.1.3,M,worse,notification,,,bad,
1.3.6.1.4.1.4,M,4th,object,integer,,,
1.3.6.1.6.3.1.1.5.3,M,taken,notification,,,,
nonsense
END
printf '/etc/x:7: an \033[31m escape\n' >&2)");
  const MibNames names = read_mib_names({folder.path()}, reading);
  CHECK(named(*names.table, "good") != nullptr);
  CHECK(named(*names.table, "bad") == nullptr);
  CHECK(named(*names.table, "worse") == nullptr);
  CHECK(named(*names.table, "linkDown") != nullptr);
  CHECK(named(*names.table, "taken") == nullptr);
  REQUIRE(names.problems.size() == 2);
  CHECK(names.problems[0].file == "/etc/x");
  CHECK(names.problems[0].line == 7);
  CHECK(line_of(names.problems[0]).find('\033') == std::string::npos);
  CHECK(names.problems[1].text.find("definitions could not be used") != std::string::npos);
}

TEST_CASE("what refers to a shipped object by its name still means that one") {
  MibFolder folder;
  folder.copy("EXAMPLE-V1-MIB.txt");
  MibReading reading = folder.reading();
  reading.program = script(folder, R"(cat <<'END'
oid,module,name,kind,syntax,hint,refers,values
1.3.6.1.2.1.1.99,IF-MIB,ifIndex,object,counter64,,,
1.3.6.1.4.1.1,M,good,object,integer,,,
END)");
  const MibNames names = read_mib_names({folder.path()}, reading);
  CHECK(named(*names.table, "good") != nullptr);
  const OidEntry* const row = named(*names.table, "ifEntry");
  REQUIRE(row->index.size() == 1);
  CHECK(row->index[0].object->oid() == named(*shipped_oid_table(), "ifIndex")->oid());
}
