#include <optional>

#include <doctest/doctest.h>

#include "daemon/api/asking.h"

using namespace deskd;
using api::Outcome;
using Kind = daemon::Confirmation::Kind;

namespace {

struct Asked {
  std::optional<connectors::HttpAnswer> answer;
  std::optional<Outcome> outcome{
      std::in_place, [this](connectors::HttpAnswer given) { answer = std::move(given); }};
};

connectors::HttpAnswer created() {
  connectors::HttpAnswer answer;
  answer.status = 201;
  return answer;
}

}  // namespace

TEST_CASE("an action is answered when it is durable and rendered, whichever comes last") {
  Asked asked;
  SUBCASE("rendered first") {
    asked.outcome->rendered(created());
    CHECK_FALSE(asked.answer);
    asked.outcome->settled({});
  }
  SUBCASE("durable first") {
    asked.outcome->settled({});
    CHECK_FALSE(asked.answer);
    asked.outcome->rendered(created());
  }
  REQUIRE(asked.answer);
  CHECK(asked.answer->status == 201);
}

TEST_CASE("an action that does not become durable is refused once") {
  Asked asked;
  SUBCASE("it was rendered already") {
    asked.outcome->rendered(created());
    asked.outcome->settled({Kind::refused, "the ledger has no room"});
  }
  SUBCASE("it is rendered too late") {
    asked.outcome->settled({Kind::refused, "the ledger has no room"});
    REQUIRE(asked.answer);
    asked.outcome->rendered(created());
  }
  SUBCASE("it was never taken") { asked.outcome->settled({Kind::refused, "deskd is stopping"}); }
  REQUIRE(asked.answer);
  CHECK(asked.answer->status == 503);
}
