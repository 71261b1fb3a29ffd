#include "rules/outcome.h"

#include <doctest/doctest.h>

using namespace deskd::rules;

TEST_CASE("the total accounts for every outcome") {
  OutcomeCounts counts;
  CHECK(counts.total() == 0);
  std::uint64_t expected = 0;
  for (std::size_t i = 0; i < outcome_count; ++i) {
    counts[static_cast<Outcome>(i)] = i + 1;
    expected += i + 1;
  }
  CHECK(counts.total() == expected);
}

TEST_CASE("outcomes are named as metrics and answers show them") {
  CHECK(name(Outcome::malformed) == "malformed");
  CHECK(name(Outcome::unmatched) == "unmatched");
}
