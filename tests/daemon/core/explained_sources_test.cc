// What `explain` takes from sources that do not come by HTTP.

#include <doctest/doctest.h>

#include <memory>

#include "daemon/explanation/explanation.h"
#include "tests/support/decode.h"

using namespace deskd;

TEST_CASE("a payload can't be a trap, and says so") {
  auto judging = std::make_shared<connectors::Judging>();
  judging->sources.push_back({.name = "traps", .kind = connectors::SourceKind::snmp});
  const auto explained = daemon::explain({.judging = judging, .source = "traps", .body = "{}"});
  REQUIRE_FALSE(explained.has_value());
  CHECK(explained.error().starts_with("source 'traps' takes traps, not payloads"));
}
