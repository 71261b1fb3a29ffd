#include "connectors/snmp/mibs/reading/parser_log.h"

#include <doctest/doctest.h>

#include <vector>

using namespace deskd::connectors;

TEST_CASE("the words of a module can't name another file") {
  std::vector<MibProblem> problems;
  ParserLog log(problems);
  log.take("Bad operator (x: At line 1 in /etc/shadow): At line 7 in mibs/A-MIB\n");
  REQUIRE(problems.size() == 1);
  CHECK(line_of(problems[0]) == "mibs/A-MIB:7: Bad operator (x: At line 1 in /etc/shadow)");
}
