// The configuration in config/ is the first thing that people see.

#include <doctest/doctest.h>

#include "daemon/setup/setup.h"

using namespace deskd;

TEST_CASE("the shipped configuration loads without a word, and its rules are tested") {
  config::Problems problems;
  const auto setup = daemon::load_setup(DESKD_ROOT "/config/deskd.yaml", problems);
  CHECK(problems.text() == "");
  REQUIRE(setup);
  CHECK(setup->rule_tests >= setup->judging.rules->names().size());
  CHECK(setup->judging.sources.size() == 4);
}
