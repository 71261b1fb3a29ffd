// What is asked of the memory beforehand changes nothing but the time that it takes.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/rules/correlator/sender.h"

using namespace deskd::rules;
using namespace deskd::rules::test;

TEST_CASE("alarms are told by their identity before an alert is taken in") {
  Sender sender;
  CHECK(sender.fetch({{.key = "a"}}).front().alarm == 0);
  sender.fire({.key = "a", .resource = "edge-1", .ends_at = 100});
  sender.fire({.resource = "edge-2"});
  sender.fire({.resource = "edge-3"});
  sender.resolve({.resource = "edge-3", .at = 1});
  const std::string before = dump(sender.correlator);

  const auto fetched = sender.fetch({
      {.key = "a", .resource = "edge-1"},
      {.status = Status::resolved, .resource = "edge-1"},
      {.resource = "edge-9"},
      {.resource = "edge-2"},
      {.resource = "edge-3"},
      {.status = Status::resolved, .resource = "edge-3"},
  });
  REQUIRE(fetched.size() == 6);
  CHECK(fetched[0].alarm == 1);
  CHECK_FALSE(fetched[0].changes);
  CHECK(fetched[1].alarm == 1);
  CHECK(fetched[1].changes);  // it may: an origin of it ends
  CHECK(fetched[3].alarm == 2);
  CHECK_FALSE(fetched[3].changes);
  CHECK(fetched[4].alarm == 3);
  CHECK(fetched[4].changes);
  CHECK_FALSE(fetched[5].changes);
  CHECK(dump(sender.correlator) == before);
  CHECK(sender.fetch({}).empty());
}
