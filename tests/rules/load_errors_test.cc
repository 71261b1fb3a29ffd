// Every mistake in a rules file is shown with its place: tests/golden/rules/*.yaml beside what is
// printed. DESKD_GOLDEN_REWRITE=1 writes the expected files anew; read the diff.

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "rules_from_text.h"

using namespace deskd::rules::testing;
namespace fs = std::filesystem;

namespace {

std::string read_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("every mistake of a rules file is printed with its place") {
  const fs::path folder = fs::path(DESKD_ROOT) / "tests/golden/rules";
  std::set<fs::path> inputs;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") inputs.insert(entry.path());
  }
  REQUIRE(inputs.size() >= 10);
  for (const fs::path& input : inputs) {
    CAPTURE(input.filename().string());
    Loaded loaded = load({{input.filename().string(), read_text(input)}});
    if (loaded.set) {
      deskd::rules::run_tests(*loaded.set, loaded.rules, {}, loaded.problems);
    }
    CHECK(loaded.problems.has_errors());
    const fs::path expected = fs::path(input).replace_extension(".expected");
    if (std::getenv("DESKD_GOLDEN_REWRITE") != nullptr) {
      std::ofstream(expected, std::ios::binary) << loaded.problems.text();
    }
    CHECK(loaded.problems.text() == read_text(expected));
  }
}
