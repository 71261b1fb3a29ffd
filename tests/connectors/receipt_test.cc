#include "connectors/receipt.h"

#include <doctest/doctest.h>

#include <vector>

using namespace deskd::connectors;

namespace {

Receipt noting(std::vector<Settlement>& seen) {
  return Receipt([&seen](Settlement settlement) { seen.push_back(std::move(settlement)); });
}

}  // namespace

TEST_CASE("a receipt settles exactly once") {
  std::vector<Settlement> seen;
  {
    Receipt receipt = noting(seen);
    CHECK_FALSE(receipt.is_settled());
    receipt.settle({.kind = Settlement::Kind::durable, .status = 0, .answer = "first"});
    CHECK(receipt.is_settled());
    receipt.settle({.kind = Settlement::Kind::full, .status = 0, .answer = "second"});
  }
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].kind == Settlement::Kind::durable);
  CHECK(seen[0].answer == "first");
}

TEST_CASE("a receipt that is dropped settles as rejected") {
  std::vector<Settlement> seen;
  {
    const Receipt receipt = noting(seen);
  }
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].kind == Settlement::Kind::rejected);
}

TEST_CASE("a receipt that moved settles where it is now") {
  std::vector<Settlement> seen;
  Receipt first = noting(seen);
  Receipt second = std::move(first);
  {
    const Receipt gone = std::move(first);
  }
  CHECK(seen.empty());
  second.settle({.kind = Settlement::Kind::durable, .status = 0, .answer = {}});
  CHECK(seen.size() == 1);
}

TEST_CASE("a receipt that is overwritten settles as rejected, and the new one stays open") {
  std::vector<Settlement> old_one, new_one;
  Receipt receipt = noting(old_one);
  receipt = noting(new_one);
  REQUIRE(old_one.size() == 1);
  CHECK(old_one[0].kind == Settlement::Kind::rejected);
  CHECK(new_one.empty());
}

TEST_CASE("settling again from inside the settlement does nothing") {
  int calls = 0;
  Receipt* self = nullptr;
  Receipt receipt([&](Settlement) {
    ++calls;
    self->settle({});
  });
  self = &receipt;
  receipt.settle({});
  CHECK(calls == 1);
}
