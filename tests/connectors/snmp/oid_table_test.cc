#include "connectors/snmp/oid_table.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "tests/connectors/snmp/sent_trap.h"

using namespace deskd;
using namespace deskd::connectors;

namespace {

std::string name_of(const OidEntry* entry) { return entry == nullptr ? "" : entry->name; }

std::string problems_of(const std::string& lines) {
  config::Problems problems;
  const auto file = file_of(std::string(csv_header) + lines);
  const auto table = OidTable::compile(read_oid_csv(file, problems));
  CHECK(problems.text() == "");
  if (table) return "";
  std::string all;
  for (const config::Problem& problem : table.error().all()) all += headline(problem) + "\n";
  return all;
}

}  // namespace

TEST_CASE("the longest known beginning is found") {
  const auto table = table_of(
      "1.3.6,A-MIB,dod,node,,,,\n"
      "1.3.6.1.2,A-MIB,mgmt,node,,,,\n"
      "1.3.6.1.2.2,A-MIB,entry,row,,,index,\n"
      "1.3.6.1.2.2.1,A-MIB,index,object,integer,,,\n"
      "1.3.6.1.2.2.10,A-MIB,state,object,integer,,,\n"
      "1.3.6.1.2.3.5,A-MIB,trap,notification,,,state,\n");
  REQUIRE(table);
  struct Row {
    const char* oid;
    const char* longest;
    const char* exact;
  };
  for (const Row& row :
       {Row{"1.3.6.1.2.2.1.3", "index", ""}, Row{"1.3.6.1.2.2.10", "state", "state"},
        Row{"1.3.6.1.2.2.9.1", "entry", ""}, Row{"1.3.6.1.2.3", "mgmt", ""},
        Row{"1.3.6.1.2.2.11", "entry", ""}, Row{"1.3.6.1.3", "dod", ""}, Row{"1.3.5", "", ""},
        Row{"1.3", "", ""}, Row{"2.1", "", ""}, Row{"1.3.6", "dod", "dod"}, Row{"0.0", "", ""}}) {
    CAPTURE(row.oid);
    const Oid oid = Oid::parse(row.oid).value();
    CHECK(name_of(table->find_longest(oid)) == row.longest);
    CHECK(name_of(table->find(oid)) == row.exact);
  }
  CHECK(table->find_longest({}) == nullptr);
  const OidEntry* state = table->find(Oid::parse("1.3.6.1.2.2.10").value());
  CHECK(name_of(state->row) == "entry");
  REQUIRE(state->row->index.size() == 1);
  CHECK(name_of(state->row->index[0].object) == "index");
}

TEST_CASE("search finds what looking at every entry finds") {
  std::mt19937 random(20261122);
  const auto any = [&random](std::uint32_t below) {
    return std::uniform_int_distribution<std::uint32_t>(0, below - 1)(random);
  };
  for (int round = 0; round < 50; ++round) {
    std::vector<OidDefinition> definitions;
    const auto file = file_of("");
    for (std::uint32_t i = 0; i < 60; ++i) {
      OidDefinition definition;
      definition.oid.assign({1, 3});
      for (std::uint32_t size = any(6); size > 0; --size) definition.oid.push_back(any(3));
      definition.module = "M";
      definition.name = "n" + std::to_string(i);
      // Of files of their own: the same OID may come again.
      definition.place = {file_of(""), 1, 1};
      definitions.push_back(definition);
    }
    const auto table = OidTable::compile(definitions);
    REQUIRE(table);
    for (int i = 0; i < 200; ++i) {
      Oid oid = Oid::parse("1.3").value();
      for (std::uint32_t size = any(8); size > 0; --size) REQUIRE(oid.append(any(4)));
      const OidDefinition* longest = nullptr;
      for (const OidDefinition& definition : definitions) {
        const bool fits = OidView(oid).is_under(OidView(definition.oid));
        // Of equal ones the last stands.
        if (fits && (longest == nullptr || definition.oid.size() >= longest->oid.size())) {
          longest = &definition;
        }
      }
      CHECK(name_of((*table)->find_longest(oid)) == (longest == nullptr ? "" : longest->name));
    }
  }
}

TEST_CASE("a trap is found with and without the zero that version 1 puts in") {
  const auto table = table_of(
      "1.3.6.1.4.1.9.1,A-MIB,old,notification,,,,\n"
      "1.3.6.1.4.1.9.0.2,A-MIB,new,notification,,,,\n"
      "1.3.6.1.4.1.9.3,A-MIB,object,object,integer,,,\n"
      "1.3.6.1.4.1.9.0.1.5,A-MIB,deeper,notification,,,,\n");
  REQUIRE(table);
  struct Row {
    const char* oid;
    const char* name;
  };
  for (const Row& row :
       {Row{"1.3.6.1.4.1.9.1", "old"}, Row{"1.3.6.1.4.1.9.0.1", "old"},
        Row{"1.3.6.1.4.1.9.0.2", "new"}, Row{"1.3.6.1.4.1.9.2", ""}, Row{"1.3.6.1.4.1.9.0.3", ""},
        Row{"1.3.6.1.4.1.9.3", ""}, Row{"1.3.6.1.4.1.9.0.2.0", ""}, Row{"0", ""}}) {
    CAPTURE(row.oid);
    CHECK(name_of(table->find_notification(Oid::parse(row.oid).value())) == row.name);
  }
  CHECK(table->find_notification({}) == nullptr);
}

TEST_CASE("names are looked up in the own module first, then anywhere") {
  const auto table = table_of(
      "1.3.1,A-MIB,x,object,integer,,,\n"
      "1.3.2,B-MIB,x,object,octets,,,\n"
      "1.3.3,B-MIB,only,object,octets,,,\n"
      "1.3.4,A-MIB,t,notification,,,x B-MIB::x only,\n");
  REQUIRE(table);
  const OidEntry* trap = table->find(Oid::parse("1.3.4").value());
  REQUIRE(trap->objects.size() == 3);
  CHECK(trap->objects[0]->syntax == Syntax::integer);
  CHECK(trap->objects[1]->syntax == Syntax::octets);
  CHECK(trap->objects[2]->name == "only");
}

TEST_CASE("what does not fit together is told") {
  CHECK(problems_of("1.3.1,A-MIB,x,object,integer,,,\n"
                    "1.3.1,A-MIB,y,object,integer,,,\n") ==
        "oids.csv:3:1: error: this OID is A-MIB::x already, at line 2\n");
  CHECK(problems_of("1.3.1,A-MIB,x,row,,,,\n") ==
        "oids.csv:2:1: error: a row needs the objects of its index\n");
  CHECK(problems_of("1.3.1,A-MIB,x,row,,,gone B-MIB::gone x,\n") ==
        "oids.csv:2:21: error: no object 'gone' in A-MIB\n"
        "oids.csv:2:26: error: no object 'gone' in B-MIB\n"
        "oids.csv:2:38: error: 'x' is no object\n");
  CHECK(problems_of("1.3.1,B-MIB,x,object,integer,,,\n1.3.2,C-MIB,x,object,integer,,,\n"
                    "1.3.3,A-MIB,t,notification,,,x,\n") ==
        "oids.csv:4:30: error: 'x' stands in several modules: write MODULE::x\n");
  CHECK(problems_of("1.3.1,A-MIB,x,object,integer,,,a=1 b=1\n") ==
        "oids.csv:2:1: error: 1 stands for 'a' and for 'b'\n");
  CHECK(problems_of("1.3.1,A-MIB,x,object,octets,9z,,\n1.3.2,A-MIB,y,object,integer,1x:,,\n"
                    "1.3.3,A-MIB,z,object,oid,1x:,,\n") ==
        "oids.csv:2:1: error: '9z' is no display hint of octets, like 255a, 255t or 1x:\n"
        "oids.csv:3:1: error: '1x:' is no display hint of a number, like d-2 or x\n"
        "oids.csv:4:1: error: only octets, integer and unsigned have a hint\n");
  const std::string implied =
      "error: only the last object of an index is IMPLIED, and only one of any size\n";
  CHECK(problems_of("1.3.1,A-MIB,r,row,,,IMPLIED o o,\n1.3.1.1,A-MIB,o,object,octets,,,\n") ==
        "oids.csv:2:29: " + implied);
  CHECK(problems_of("1.3.1,A-MIB,r,row,,,IMPLIED o,\n1.3.1.1,A-MIB,o,object,octets(6),,,\n") ==
        "oids.csv:2:29: " + implied);
  CHECK(problems_of("1.3.1,A-MIB,r,row,,,IMPLIED o,\n1.3.1.1,A-MIB,o,object,integer,,,\n") ==
        "oids.csv:2:29: " + implied);
  CHECK(problems_of("1.3.1,A-MIB,r,row,,,o,\n1.3.1.1,A-MIB,o,object,counter64,,,\n") ==
        "oids.csv:2:21: error: 'o' can't be an index\n");
  CHECK(problems_of("1.3.1,A-MIB,r,row,,,o o o o o o o o o o o o o o o o o,\n"
                    "1.3.1.1,A-MIB,o,object,integer,,,\n") ==
        "oids.csv:2:1: error: more than 16 objects in an index\n");
}

TEST_CASE("of two files the later stands") {
  config::Problems problems;
  auto definitions = read_oid_csv(
      file_of(std::string(csv_header) + "1.3.1,A-MIB,ours,object,integer,,,\n", "a.csv"), problems);
  for (OidDefinition& theirs : read_oid_csv(
           file_of(std::string(csv_header) + "1.3.1,A-MIB,theirs,object,octets,,,\n", "b.csv"),
           problems)) {
    definitions.push_back(theirs);
  }
  const auto table = OidTable::compile(definitions);
  REQUIRE(table);
  CHECK((*table)->entries().size() == 1);
  CHECK(name_of((*table)->find(Oid::parse("1.3.1").value())) == "theirs");
}
