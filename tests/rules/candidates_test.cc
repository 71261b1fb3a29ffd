// Candidates are read in order, each once, while more are added.

#include <doctest/doctest.h>

#include <set>
#include <vector>

#include "rules/index/candidates.h"
#include "tests/support/random_values.h"

using namespace deskd::rules;
using deskd::test::RandomValues;

namespace {

/// Memory that was used for something else before.
class UsedMemory {
 public:
  std::pmr::memory_resource& scratch() { return scratch_; }

 private:
  std::vector<std::byte> bytes_ = std::vector<std::byte>(64 * 1024, std::byte{0xff});
  std::pmr::monotonic_buffer_resource scratch_{bytes_.data(), bytes_.size(),
                                               std::pmr::null_memory_resource()};
};

std::vector<RuleNumber> all_of(const Candidates& candidates) {
  std::vector<RuleNumber> all;
  for (auto rule = candidates.next(0); rule != no_rule; rule = candidates.next(rule + 1)) {
    all.push_back(rule);
  }
  return all;
}

}  // namespace

TEST_CASE("candidates come in the order of their numbers, whatever the order they were added in") {
  RandomValues random(3);
  for (const std::uint64_t rules : {1, 2, 63, 64, 65, 127, 4'095, 4'096, 4'097, 100'000}) {
    for (int round = 0; round < 20; ++round) {
      UsedMemory memory;
      Candidates candidates(rules, memory.scratch());
      std::set<RuleNumber> expected;
      for (std::uint64_t n = random.below(200); n > 0; --n) {
        const auto rule = static_cast<RuleNumber>(random.below(rules));
        candidates.add(rule);
        expected.insert(rule);
      }
      CAPTURE(rules);
      REQUIRE(all_of(candidates) == std::vector<RuleNumber>(expected.begin(), expected.end()));
    }
  }
}

TEST_CASE("no rules have no candidates") {
  UsedMemory memory;
  const Candidates candidates(0, memory.scratch());
  CHECK(candidates.next(0) == no_rule);
}

TEST_CASE("what is added behind the one at hand is read, what is added before it is not") {
  UsedMemory memory;
  Candidates candidates(300, memory.scratch());
  candidates.add(70);
  REQUIRE(candidates.next(0) == 70);
  candidates.add(3);
  candidates.add(69);
  candidates.add(70);
  candidates.add(71);
  candidates.add(299);
  CHECK(candidates.next(71) == 71);
  CHECK(candidates.next(72) == 299);
  CHECK(candidates.next(300) == no_rule);
}
