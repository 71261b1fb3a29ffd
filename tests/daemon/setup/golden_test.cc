// What people see of the mistakes in a configuration: tests/golden/setup/NAME/deskd.yaml and what
// it names, and beside it `expected`.

#include <doctest/doctest.h>

#include "daemon/setup/setup.h"
#include "tests/support/golden.h"

using namespace deskd;

TEST_CASE("mistakes of a configuration are printed as they are") {
  const std::string root = DESKD_ROOT "/tests/golden/setup/";
  for (const auto& folder : test::entries_of(root)) {
    config::Problems problems;
    daemon::load_setup((folder / "deskd.yaml").string(), problems);
    std::string text = problems.text();
    for (std::size_t at; (at = text.find(root)) != std::string::npos;) text.erase(at, root.size());
    test::check_golden(text, folder / "expected");
  }
}
