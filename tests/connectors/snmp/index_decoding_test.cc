#include "connectors/snmp/index_decoding.h"

#include <doctest/doctest.h>

#include <string>

#include "connectors/snmp/value_text.h"
#include "tests/connectors/snmp/sent_trap.h"

using namespace deskd::connectors;

namespace {

/// `name=text name=text`, or `none` when `instance` does not fit the row at 1.3.9.
std::string decoded(const OidTable& table, std::string_view instance) {
  const Oid row = Oid::parse("1.3.9").value();
  // An instance alone need not be an OID that can be sent.
  const Oid whole = instance.empty() ? row : Oid::parse("1.3.9." + std::string(instance)).value();
  Batch batch{std::string()};
  IndexValues room;
  const auto values = decode_index(*table.find(row), OidView(whole).after(3), batch.arena(), room);
  std::string all;
  for (const auto& [object, value] : values) {
    if (!all.empty()) all += ' ';
    all.append(object->name).append("=");
    append_text(value, object, table, all);
  }
  return values.empty() ? "none" : all;
}

const std::string objects =
    "1.3.1,M,number,object,integer,,,\n"
    "1.3.2,M,count,object,unsigned,,,\n"
    "1.3.3,M,name,object,octets,255a,,\n"
    "1.3.4,M,mac,object,octets(6),1x:,,\n"
    "1.3.5,M,ip,object,ipaddress,,,\n"
    "1.3.6,M,what,object,oid,,,\n"
    "1.3.7,M,inet,object,inetaddress,,,\n"
    "1.3.8,M,state,object,integer,,,up=1 down=2\n"
    "1.3.10,M,ticks,object,timeticks,,,\n";

}  // namespace

TEST_CASE("the row's sub-identifiers become the values of its index: RFC 2578, section 7.7") {
  struct Row {
    const char* index;
    const char* instance;
    const char* values;
  };
  for (const Row& row : {
           Row{"number", "3", "number=3"},
           Row{"number", "2147483647", "number=2147483647"},
           Row{"number", "4294967295", "number=4294967295"},
           Row{"count", "4294967295", "count=4294967295"},
           Row{"ticks", "123", "ticks=0:00:01.23"},
           Row{"state number", "2.7", "state=down number=7"},
           Row{"name", "3.97.98.99", "name=abc"},
           Row{"name number", "2.97.98.5", "name=ab number=5"},
           Row{"IMPLIED name", "97.98.99", "name=abc"},
           Row{"number IMPLIED name", "5.97", "number=5 name=a"},
           Row{"name", "0", "name="},
           Row{"mac", "0.27.33.170.15.9", "mac=00:1b:21:aa:0f:09"},
           Row{"mac number", "0.27.33.170.15.9.1", "mac=00:1b:21:aa:0f:09 number=1"},
           Row{"ip", "10.0.0.7", "ip=10.0.0.7"},
           Row{"ip number", "10.0.0.7.0", "ip=10.0.0.7 number=0"},
           Row{"what", "4.2.5.9.1", "what=2.5.9.1"},
           Row{"what number", "2.1.3.9", "what=1.3 number=9"},
           Row{"IMPLIED what", "2.5.9.1", "what=2.5.9.1"},
           Row{"number inet", "1.4.10.0.0.7", "number=1 inet=10.0.0.7"},
           Row{"number inet", "2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1",
               "number=2 inet=2001:db8::1"},
           Row{"number number", "1.2", "number=1 number=2"},
           // IMPLIED and empty: RFC 2578 forbids the value, not its reading.
           Row{"number IMPLIED name", "5", "number=5 name="},
       }) {
    CAPTURE(row.index);
    CAPTURE(row.instance);
    const auto table = table_of(objects + "1.3.9,M,entry,row,,," + row.index + ",\n");
    REQUIRE(table);
    CHECK(decoded(*table, row.instance) == row.values);
  }
}

TEST_CASE("an instance that is none of the row's has no values") {
  struct Row {
    const char* index;
    const char* instance;
  };
  for (const Row& row : {
           Row{"number", ""},
           Row{"number", "3.0"},
           Row{"number number", "3"},
           Row{"name", "3.97.98"},
           Row{"name", "2.97.98.99"},
           Row{"name", "4294967295.97"},
           Row{"name", "1.256"},
           Row{"IMPLIED name", "97.256"},
           Row{"mac", "0.27.33.170.15"},
           Row{"mac", "0.27.33.170.15.9.1"},
           Row{"mac", "0.27.33.170.15.256"},
           Row{"ip", "10.0.0"},
           Row{"ip", "10.0.0.256"},
           Row{"ip", "10.0.0.7.1"},
           Row{"what", "5.1.3.6.1"},
           Row{"what", "3.1.3.6.1"},
           Row{"number inet", "1.4.10.0.0"},
       }) {
    CAPTURE(row.index);
    CAPTURE(row.instance);
    const auto table = table_of(objects + "1.3.9,M,entry,row,,," + row.index + ",\n");
    REQUIRE(table);
    CHECK(decoded(*table, row.instance) == "none");
  }
}

TEST_CASE("the longest instance is read") {
  const auto table = table_of(objects + "1.3.9,M,entry,row,,,IMPLIED name,\n");
  REQUIRE(table);
  std::string instance = "65";
  for (int i = 1; i < 125; ++i) instance += ".65";
  CHECK(decoded(*table, instance) == "name=" + std::string(125, 'A'));
}
