#include <doctest/doctest.h>

#include "connectors/snmp/oid_csv.h"
#include "connectors/snmp/shipped_table.h"
#include "tests/connectors/snmp/sent_trap.h"

using namespace deskd;
using namespace deskd::connectors;

namespace {

std::vector<OidDefinition> read(const std::string& text) {
  config::Problems problems;
  auto definitions = read_oid_csv(file_of(text), problems);
  CHECK(problems.text() == "");
  return definitions;
}

}  // namespace

TEST_CASE("what is written is read again as it was") {
  const std::string text = std::string(csv_header) +
                           "1.3.6.1,A-MIB,a,node,,,,\n"
                           "1.3.6.1.1,A-MIB,row,row,,,b IMPLIED B-MIB::c,\n"
                           "1.3.6.1.1.1,A-MIB,b,object,octets(6),1x:,,\n"
                           "1.3.6.1.1.2,A-MIB,d,object,octets,\"2d-1d-1d,1d:1d:1d.1d,1a1d:1d\",,\n"
                           "1.3.6.1.1.3,A-MIB,e,object,octets,\"1x\"\"\",,\n"
                           "1.3.6.1.1.4,A-MIB,f,object,integer,,,up=1 down=-2\n"
                           "1.3.6.1.2,A-MIB,t,notification,,,b d,\n";
  CHECK(write_oid_csv(read(text)) == text);
}

TEST_CASE("the shipped table can be written") {
  const std::string once = write_oid_csv(read(std::string(shipped_oids())));
  CHECK(write_oid_csv(read(once)) == once);
  CHECK(once.size() > 30'000);
}
