#include "daemon/desk/dense_set.h"

#include <cstdint>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "daemon/desk/backlog.h"

namespace deskd::desk {
namespace {

using Numbers = DenseSet<std::uint64_t>;

std::vector<std::uint64_t> forwards(const Numbers& numbers) {
  return {numbers.begin(), numbers.end()};
}

std::vector<std::uint64_t> backwards(const Numbers& numbers) {
  std::vector<std::uint64_t> all;
  for (auto at = numbers.end(); at != numbers.begin();) all.push_back(*--at);
  return all;
}

/// Both places that a search for `key` can be asked for.
template <class Key>
void require_same_bounds(const DenseSet<Key>& set, const std::set<Key>& expected, const Key& key) {
  const auto from = expected.lower_bound(key);
  const auto behind = expected.upper_bound(key);
  REQUIRE((from == expected.end() ? set.lower_bound(key) == set.end()
                                  : *set.lower_bound(key) == *from));
  REQUIRE((behind == expected.end() ? set.upper_bound(key) == set.end()
                                    : *set.upper_bound(key) == *behind));
}

TEST_CASE("numbers come in order, also at the edges of words") {
  Numbers numbers;
  CHECK(numbers.empty());
  CHECK(numbers.begin() == numbers.end());
  const std::vector<std::uint64_t> all{0, 1, 63, 64, 127, 128, 5'000, ~std::uint64_t{0}};
  for (const auto number : {5'000ul, 64ul, 1ul, 127ul, 0ul, ~0ul, 63ul, 128ul, 64ul}) {
    numbers.insert(number);
  }
  CHECK(forwards(numbers) == all);
  CHECK(backwards(numbers) == std::vector(all.rbegin(), all.rend()));
  CHECK(numbers.size() == all.size());
  numbers.erase(64);
  numbers.erase(2);
  numbers.erase(1'000'000);
  CHECK(*numbers.lower_bound(64) == 127);
  CHECK(*numbers.upper_bound(63) == 127);
  CHECK(*numbers.upper_bound(128) == 5'000);
  CHECK(numbers.upper_bound(~std::uint64_t{0}) == numbers.end());
}

TEST_CASE("it holds what a set holds, whatever comes and goes") {
  std::mt19937_64 random(1);  // NOLINT: the same each time
  for (const std::uint64_t most : {70ul, 1'000ul, 1'000'000ul}) {
    Numbers numbers;
    std::set<std::uint64_t> expected;
    for (int i = 0; i < 2'000; ++i) {
      const auto number = random() % most;
      if (random() % 3 != 0) {
        numbers.insert(number);
        expected.insert(number);
      } else {
        numbers.erase(number);
        expected.erase(number);
      }
      require_same_bounds<std::uint64_t>(numbers, expected, random() % most);
    }
    CHECK(forwards(numbers) == std::vector(expected.begin(), expected.end()));
    CHECK(backwards(numbers) == std::vector(expected.rbegin(), expected.rend()));
  }
}

TEST_CASE("numbers with times hold what a set holds, by time, then by number") {
  using Pair = std::pair<std::int64_t, std::uint64_t>;
  std::mt19937_64 random(1);  // NOLINT: the same each time
  DenseSet<Pair> pairs;
  std::set<Pair> expected;
  for (int i = 0; i < 5'000; ++i) {
    // Mostly later than all before, as incidents change.
    const auto before = random() % 8 == 0 ? random() % 500 : random() % 3;
    const Pair pair{i / 4 - static_cast<std::int64_t>(before), random() % 300};
    if (random() % 3 != 0) {
      pairs.insert(pair);
      expected.insert(pair);
    } else if (!expected.empty()) {
      const auto leaves = random() % 2 == 0 ? *expected.begin() : pair;
      pairs.erase(leaves);
      expected.erase(leaves);
    }
    REQUIRE(pairs.contains(pair) == expected.contains(pair));
    require_same_bounds(pairs, expected, pair);
  }
  CHECK(pairs.size() == expected.size());
  CHECK(std::vector<Pair>(pairs.begin(), pairs.end()) ==
        std::vector<Pair>(expected.begin(), expected.end()));
}

TEST_CASE("incidents stand by priority, then by id") {
  UrgencyOrder order;
  for (const std::uint64_t id : {7, 3, 400}) {
    order.insert({.incident = id, .priority = 1});
    order.insert({.incident = id + 1'000, .priority = 0});
  }
  std::vector<std::uint64_t> ids;
  for (const auto& place : order) ids.push_back(place.incident);
  CHECK(ids == std::vector<std::uint64_t>{1'003, 1'007, 1'400, 3, 7, 400});
}

}  // namespace
}  // namespace deskd::desk
