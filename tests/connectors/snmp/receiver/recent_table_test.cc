#include "connectors/snmp/recent_table.h"

#include <doctest/doctest.h>

#include <string>

using deskd::connectors::RecentTable;

TEST_CASE("what was not asked for longest is forgotten first") {
  RecentTable<int, std::string> table(3);
  table.insert(1, "one");
  table.insert(2, "two");
  table.insert(3, "three");
  REQUIRE(table.find(1) != nullptr);
  table.insert(4, "four");
  CHECK(table.find(2) == nullptr);
  CHECK(*table.find(1) == "one");
  CHECK(table.size() == 3);
  table.erase(1);
  table.erase(1);
  CHECK(table.find(1) == nullptr);
  CHECK(table.size() == 2);
}

TEST_CASE("entries stay where they are") {
  RecentTable<int, int> table(1'000);
  int& first = table.insert(0, 7);
  for (int i = 1; i < 1'000; ++i) table.insert(i, i);
  CHECK(table.find(0) == &first);
}
