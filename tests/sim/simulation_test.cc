#include <cstdlib>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/sim/world.h"

namespace deskd::sim {

namespace {

// DESKD_SIM_SEED runs one seed, DESKD_SIM_SEEDS that many: a failure names its seed.
std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::stoull(text);
}

/// Returns how many traps found no room.
std::uint64_t run(std::uint64_t seed, unsigned steps, Faults faults) {
  CAPTURE(seed);
  CAPTURE(faults.crash_at.value_or(0));
  World world(seed, faults);
  for (unsigned step = 0; step < steps; ++step) world.step();
  world.settle();
  CHECK(world.answered() > 0);
  CHECK(world.bus().written() > 0);
  return world.traps().refused();
}

}  // namespace

TEST_CASE("all guarantees hold after every step, with crashes at random commits") {
  const auto first = from_environment("DESKD_SIM_SEED", 1);
  const auto seeds =
      std::getenv("DESKD_SIM_SEED") != nullptr ? 1 : from_environment("DESKD_SIM_SEEDS", 60);
  std::uint64_t refused = 0;
  for (auto seed = first; seed < first + seeds; ++seed)
    refused += run(seed, 150, {{}, {}, seed % 2 == 0 ? 5U : 0U});
  CHECK((refused > 0 || seeds == 1));
}

TEST_CASE("a crash at any commit loses nothing that was answered and applies nothing twice") {
  World whole(7, {});
  for (unsigned step = 0; step < 60; ++step) whole.step();
  REQUIRE(whole.commits() > 20);
  for (std::uint64_t commit = 1; commit <= whole.commits(); ++commit) {
    for (const auto kind : {Crash::before_durable, Crash::after_durable}) {
      run(7, 60, {.crash_at = commit, .kind = kind});
    }
  }
}

TEST_CASE("the same seed gives the same state, byte for byte") {
  World one(42, {{}, {}, 3});
  World other(42, {{}, {}, 3});
  for (unsigned step = 0; step < 200; ++step) {
    one.step();
    other.step();
  }
  CHECK(World::dump(one.core()) == World::dump(other.core()));
}

}  // namespace deskd::sim
