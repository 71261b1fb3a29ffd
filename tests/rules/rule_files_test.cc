// Rule files that must load, with the tests they hold: tests/behaviour/*.yaml and the examples of
// the manual.

#include <doctest/doctest.h>

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

/// How many tests of the file ran; all must pass.
std::size_t run_file(const std::string& name, const std::string& text) {
  Loaded loaded = load({{name, text}});
  std::size_t run = 0;
  if (loaded.set) {
    run = deskd::rules::run_tests(*loaded.set, loaded.rules, {}, loaded.problems).run;
  }
  CHECK(loaded.problems.text() == "");
  return run;
}

/// Every block between "```yaml" and "```" of a page, with the line it begins at.
std::vector<RuleText> yaml_blocks(const std::string& page) {
  std::vector<RuleText> blocks;
  std::istringstream lines(page);
  bool inside = false;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line == "```yaml") {
      inside = true;
      blocks.push_back({"README.md after line " + std::to_string(number), ""});
    } else if (line == "```") {
      inside = false;
    } else if (inside) {
      blocks.back().text += line + "\n";
    }
  }
  return blocks;
}

}  // namespace

TEST_CASE("the rule files of tests/behaviour do what their own tests say") {
  std::set<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(DESKD_ROOT) / "tests/behaviour")) {
    if (entry.path().extension() == ".yaml") files.insert(entry.path());
  }
  REQUIRE(files.size() >= 4);
  for (const fs::path& file : files) {
    CAPTURE(file.filename().string());
    CHECK(run_file(file.filename().string(), read_text(file)) > 0);
  }
}

TEST_CASE("every example of the manual loads and does what it says") {
  const auto blocks = yaml_blocks(read_text(fs::path(DESKD_ROOT) / "rules/README.md"));
  REQUIRE(blocks.size() >= 6);
  for (const RuleText& block : blocks) {
    CAPTURE(block.name);
    CHECK(run_file(block.name, block.text) > 0);
  }
}
