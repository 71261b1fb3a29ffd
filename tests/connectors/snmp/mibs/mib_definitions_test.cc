// Trees as hostile as a parser could leave them.

#include "connectors/snmp/mibs/reading/mib_definitions.h"

#include <doctest/doctest.h>

#include "connectors/snmp/oid_csv.h"
#include "connectors/snmp/shipped_table.h"
#include "tests/connectors/snmp/mibs/mib_folder.h"
#include "tests/connectors/snmp/sent_trap.h"

using namespace deskd;
using namespace deskd::connectors;

namespace {

MibNode node(std::vector<std::uint32_t> below, std::string name, OidKind kind) {
  MibNode made{.oid = {1, 3, 6, 1, 4, 1}, .module = "X-MIB", .file = "x", .name = std::move(name)};
  made.oid.insert(made.oid.end(), below.begin(), below.end());
  made.kind = kind;
  return made;
}

MibNode object(std::vector<std::uint32_t> below, std::string name, Syntax syntax) {
  MibNode made = node(std::move(below), std::move(name), OidKind::object);
  made.syntax = syntax;
  return made;
}

/// What becomes of it, without the header, the problems behind it. A table takes all of it.
std::string lines_of_tree(std::vector<MibNode> nodes) {
  std::vector<MibProblem> problems;
  const auto definitions =
      definitions_of({.nodes = std::move(nodes), .imports = {}}, *shipped_oid_table(), problems);
  const std::string text = write_oid_csv(definitions);
  CHECK(table_of(text.substr(text.find('\n') + 1)) != nullptr);
  std::string lines = text.substr(text.find('\n') + 1);
  for (const MibProblem& problem : problems) lines += problem.text + "\n";
  return lines;
}

}  // namespace

TEST_CASE("what a table could not take is left out") {
  MibNode hinted = object({1, 1}, "a", Syntax::octets);
  hinted.hint = "1x\n:";
  MibNode number = object({1, 2}, "b", Syntax::integer);
  number.hint = "255a";
  number.values = {{"up", 1}, {"again", 1}, {"2nd", 2}, {"minus", -3}};
  MibNode counter = object({1, 3}, "c", Syntax::counter_64);
  counter.hint = "d";
  counter.values = {{"up", 1}};
  CHECK(lines_of_tree({hinted, number, counter, node({1, 4}, "anonymous#7", OidKind::node),
                       node({1, 5}, "", OidKind::node)}) ==
        "1.3.6.1.4.1.1.1,X-MIB,a,object,octets,,,\n"
        "1.3.6.1.4.1.1.2,X-MIB,b,object,integer,,,minus=-3 up=1\n"
        "1.3.6.1.4.1.1.3,X-MIB,c,object,counter64,,,\n");
}

TEST_CASE("a row without an index that can be decoded is a name and no more") {
  const auto row = [](std::vector<OidReference> refers) {
    MibNode made = node({1}, "entry", OidKind::row);
    made.refers = std::move(refers);
    return made;
  };
  const MibNode slot = object({1, 1}, "slot", Syntax::integer);
  const MibNode wide = object({1, 2}, "wide", Syntax::counter_64);
  const MibNode text = object({1, 3}, "text", Syntax::octets);
  const auto kind_of = [&](std::vector<OidReference> refers) {
    const std::string lines = lines_of_tree({row(std::move(refers)), slot, wide, text});
    return lines.substr(0, lines.find('\n'));
  };
  CHECK(kind_of({{.name = "slot"}, {.name = "text", .implied = true}}) ==
        "1.3.6.1.4.1.1,X-MIB,entry,row,,,X-MIB::slot IMPLIED X-MIB::text,");
  // IMPLIED says nothing of what has one size, nor anywhere but at the end.
  CHECK(kind_of({{.name = "text", .implied = true}, {.name = "slot", .implied = true}}) ==
        "1.3.6.1.4.1.1,X-MIB,entry,row,,,X-MIB::text X-MIB::slot,");
  CHECK(kind_of({{.name = "gone"}}) == "1.3.6.1.4.1.1,X-MIB,entry,node,,,,");
  CHECK(kind_of({{.name = "wide"}}) == "1.3.6.1.4.1.1,X-MIB,entry,node,,,,");
  CHECK(kind_of({}) == "1.3.6.1.4.1.1,X-MIB,entry,node,,,,");
  CHECK(kind_of(std::vector<OidReference>(limits::index_objects_max + 1, {.name = "slot"})) ==
        "1.3.6.1.4.1.1,X-MIB,entry,node,,,,");
}

TEST_CASE("rows that augment each other in a circle end") {
  MibNode a = node({1}, "a", OidKind::row);
  a.augments = "b";
  MibNode b = node({2}, "b", OidKind::row);
  b.augments = "a";
  const std::string lines = lines_of_tree({a, b});
  CHECK(lines.starts_with("1.3.6.1.4.1.1,X-MIB,a,node,,,,\n1.3.6.1.4.1.2,X-MIB,b,node,,,,\n"));
}

TEST_CASE("of two names for one OID the one that says more stands") {
  const std::string lines =
      lines_of_tree({node({1}, "group", OidKind::node), node({1}, "failed", OidKind::notification),
                     node({1}, "failed", OidKind::node)});
  CHECK(lines ==
        "1.3.6.1.4.1.1,X-MIB,failed,notification,,,,\n"
        "'group' is 1.3.6.1.4.1.1, which is called X-MIB::failed already: that name stays\n");
}

TEST_CASE("what deskd carries for others to import is not told again") {
  MibNode carried = node({}, "enterprises", OidKind::node);
  carried.is_carried = true;
  CHECK(lines_of_tree({carried}) == "");
}

TEST_CASE(
    "an object by the full name of a shipped one is no other, and what refers to it means that") {
  MibNode twin = object({1, 1}, "ifIndex", Syntax::octets);
  twin.module = "IF-MIB";
  MibNode row = node({2}, "entry", OidKind::row);
  row.module = "IF-MIB";
  row.refers = {{.name = "ifIndex"}};
  std::vector<MibProblem> problems;
  const auto definitions =
      definitions_of({.nodes = {twin, row}, .imports = {}}, *shipped_oid_table(), problems);
  REQUIRE(definitions.size() == 1);
  CHECK(definitions[0].name == "entry");
  REQUIRE(definitions[0].refers.size() == 1);
  CHECK(definitions[0].refers[0].module == "IF-MIB");
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].text ==
        "'ifIndex' is 1.3.6.1.4.1.1.1 here, and IF-MIB::ifIndex is 1.3.6.1.2.1.2.2.1.1 already: "
        "that one stays");
}
