#include "connectors/snmp/oid_csv.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/connectors/snmp/sent_trap.h"

using namespace deskd;
using namespace deskd::connectors;

namespace {

/// The headlines of all problems, a line each, of reading and of compiling.
std::string problems_of(const std::string& text) {
  config::Problems problems;
  auto table = OidTable::compile(read_oid_csv(file_of(text), problems));
  if (!table) problems.append(std::move(table).error());
  std::string all;
  for (const config::Problem& problem : problems.all()) all += headline(problem) + "\n";
  return all;
}

std::string problems_of_lines(const std::string& lines) {
  return problems_of(std::string(csv_header) + lines);
}

}  // namespace

TEST_CASE("a table is read") {
  config::Problems problems;
  const auto definitions = read_oid_csv(
      file_of("# a comment\r\n\r\n" + std::string(csv_header) +
              ".1.3.6.1.4.1.9999.1,ACME-MIB,acmeEntry,row,,,acmeIndex IMPLIED OTHER-MIB::b,\n"
              "1.3.6.1.4.1.9999.1.1,ACME-MIB,acmeIndex,object,integer,d-2,,\n"
              "1.3.6.1.4.1.9999.1.2,ACME-MIB,acme_State,object,integer,,,up=1 down=-2\n"
              "# between\n"
              ",,,,,,,other=3\n"
              "1.3.6.1.4.1.9999.1.3,ACME-MIB,acmeTime,object,octets(8),\"2d-1d \"\",\"\"1d\",,\n"
              "1.3.6.1.4.1.9999.2,ACME-MIB,acmeTrap,notification,,,acmeIndex,"),
      problems);
  CHECK(problems.text() == "");
  REQUIRE(definitions.size() == 5);
  CHECK(definitions[0].oid == std::vector<std::uint32_t>{1, 3, 6, 1, 4, 1, 9999, 1});
  CHECK(definitions[0].kind == OidKind::row);
  REQUIRE(definitions[0].refers.size() == 2);
  CHECK(definitions[0].refers[0].name == "acmeIndex");
  CHECK_FALSE(definitions[0].refers[0].implied);
  CHECK(definitions[0].refers[1].module == "OTHER-MIB");
  CHECK(definitions[0].refers[1].name == "b");
  CHECK(definitions[0].refers[1].implied);
  CHECK(definitions[0].refers[1].place.line == 4);
  CHECK(definitions[1].syntax == Syntax::integer);
  CHECK(definitions[1].hint == "d-2");
  REQUIRE(definitions[2].values.size() == 3);
  CHECK(definitions[2].values[1].name == "down");
  CHECK(definitions[2].values[1].number == -2);
  CHECK(definitions[2].values[2].name == "other");
  CHECK(definitions[3].fixed_size == 8);
  CHECK(definitions[3].hint == R"(2d-1d ","1d)");
  CHECK(definitions[4].kind == OidKind::notification);
}

TEST_CASE("every mistake is told with its place") {
  CHECK(problems_of_lines("1.3.x,A,a,nod,,,,\n"
                          "1.3.1,A-MIB,1a,object,integr,,,\n"
                          "1.3.2,A-MIB,b,object,integr,,,\n"
                          "1.3.3,A-MIB,c,object,octets(0),,,\n"
                          "1.3.4,A-MIB,d,object,octets(99999),,,\n"
                          "1.3.5,A-MIB,e,node,integer,,,\n"
                          "1.3.6,A-MIB,f,object,octets,,x,\n"
                          "1.3.7,A-MIB,g,object,octets,,,up=1\n"
                          "1.3.8,A-MIB,h,object,integer,,,up=1 down\n"
                          "1.3.9,A-MIB,i,row,,,x IMPLIED,\n"
                          "1.3.10,A-MIB,j,notification,,,::x,\n") ==
        "oids.csv:2:1: error: '1.3.x' is no OID\n"
        "oids.csv:2:11: error: 'nod' is none of node, row, object, notification (nearest: 'node')\n"
        "oids.csv:3:13: error: '1a' is no name of letters, digits and hyphens\n"
        "oids.csv:4:22: error: 'integr' is none of integer, unsigned, counter64, timeticks, "
        "octets, bits, oid, ipaddress, inetaddress, opaque, octets(SIZE) (nearest: 'integer')\n"
        "oids.csv:5:22: error: '0' is no size from 1 to 65535\n"
        "oids.csv:6:22: error: '99999' is no size from 1 to 65535\n"
        "oids.csv:7:20: error: only an object has a syntax\n"
        "oids.csv:8:30: error: only rows and notifications refer to objects\n"
        "oids.csv:9:31: error: only integer and bits have values\n"
        "oids.csv:10:37: error: 'down' is no NAME=NUMBER\n"
        "oids.csv:11:30: error: IMPLIED stands before the object that it is about\n"
        "oids.csv:12:31: error: '::x' is neither NAME nor MODULE::NAME\n");
}

TEST_CASE("lines must have their columns") {
  const std::string columns = "8 columns expected: oid,module,name,kind,syntax,hint,refers,values";
  CHECK(problems_of_lines("1.3.1,A-MIB,a,node\n") == "oids.csv:2:19: error: " + columns + "\n");
  CHECK(problems_of_lines("1.3.1,A-MIB,a,node,,,,,\n") ==
        "oids.csv:2:23: error: " + columns + "\n");
  CHECK(problems_of_lines("1.3.1,\"A-MIB,a,node,,,,\n") ==
        "oids.csv:2:8: error: a quote is not closed\n");
  CHECK(problems_of_lines("1.3.1,\"A-MIB\"x,a,node,,,,\n") ==
        "oids.csv:2:8: error: a comma must stand behind a closed quote\n");
  const std::string alone =
      "error: a line without an OID only continues the values of the line above\n";
  CHECK(problems_of_lines(",,,,,,,up=1\n") == "oids.csv:2:8: " + alone);
  CHECK(problems_of_lines("1.3.1,A-MIB,a,node,,,,\n,,,,,,,up=1\n") == "oids.csv:3:8: " + alone);
  CHECK(problems_of_lines("1.3.1,A-MIB,a,node,,,,\n,,,,,,,\n") == "oids.csv:3:8: " + alone);
  // What would be continued has a mistake: one message is enough.
  CHECK(problems_of_lines("1.3.x,A-MIB,a,object,integer,,,b=1\n,,,,,,,up=1\n") ==
        "oids.csv:2:1: error: '1.3.x' is no OID\n");
}

TEST_CASE("a file that is no table says so") {
  const std::string missing =
      "oids.csv: error: the line 'oid,module,name,kind,syntax,hint,refers,values' is missing\n";
  CHECK(problems_of("") == missing);
  CHECK(problems_of("# only a comment\n") == missing);
  CHECK(problems_of("name,oid\n1,2\n") == missing);
  CHECK(problems_of_lines("") == "");
}

TEST_CASE("a table is bounded") {
  std::string values;
  for (int i = 0; i <= 2048; ++i) values += " v" + std::to_string(i) + "=" + std::to_string(i);
  CHECK(problems_of_lines("1.3.1,A-MIB,a,object,integer,,," + values + "\n")
            .ends_with("error: more than 2048 values\n"));
  std::string names;
  for (int i = 0; i <= 64; ++i) names += " a";
  CHECK(problems_of_lines("1.3.1,A-MIB,a,object,integer,,,\n1.3.2,A-MIB,t,notification,,," + names +
                          ",\n")
            .ends_with("error: more than 64 objects\n"));
  CHECK(problems_of_lines("1.3.1,A-MIB," + std::string(129, 'a') + ",node,,,,\n")
            .ends_with("is no name of letters, digits and hyphens\n"));
}
