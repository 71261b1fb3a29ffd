#include "connectors/snmp/receiver/uptime_order.h"

#include <doctest/doctest.h>

using namespace deskd;
using namespace deskd::connectors;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t agent = 7;
const rules::Time start = rules::parse_rfc3339("2026-11-22T08:00:00Z").value();

}  // namespace

TEST_CASE("an uptime that went back a little makes the trap older by so much") {
  UptimeOrder order;
  CHECK(order.event_at(agent, 10'000, start) == start);
  CHECK(order.event_at(agent, 10'200, start + 2s) == start + 2s);
  CHECK(order.event_at(agent, 10'150, start + 3s) == start + 1500ms);
  CHECK(order.event_at(agent, 10'100, start + 3900ms) == start + 1s);
  // Others have clocks of their own.
  CHECK(order.event_at(8, 10'000, start + 4s) == start + 4s);
  CHECK(order.event_at(agent, 10'200, start + 5s) == start + 5s);
}

TEST_CASE("more than that is a restart") {
  UptimeOrder order;
  order.event_at(agent, 10'000, start);
  CHECK(order.event_at(agent, 7'000, start + 1s) == start + 1s);
  CHECK(order.event_at(agent, 7'001, start + 2s) == start + 2s);
  SUBCASE("back by little, but long ago") {
    CHECK(order.event_at(agent, 6'900, start + 4s) == start + 4s);
  }
  SUBCASE("back by little, but the agent says that it started") {
    CHECK(order.event_at(agent, 5, start + 3s) == start + 3s);
    CHECK(order.event_at(agent, 4, start + 4s, true) == start + 4s);
    CHECK(order.event_at(agent, 200, start + 5s) == start + 5s);
  }
  SUBCASE("to zero") { CHECK(order.event_at(agent, 0, start + 3s) == start + 3s); }
}

TEST_CASE("two agents behind one address, started seconds apart, are late for each other no more") {
  UptimeOrder order;
  order.event_at(agent, 10'000, start);
  CHECK(order.event_at(agent, 9'700, start + 100ms) == start + 100ms);
}

TEST_CASE("the count wraps after 497 days") {
  UptimeOrder order;
  order.event_at(agent, 0xFFFF'FF00, start);
  CHECK(order.event_at(agent, 100, start + 3s) == start + 3s);
  CHECK(order.event_at(agent, 0xFFFF'FFFF, start + 4s) == start + 3s - 1010ms);
}
