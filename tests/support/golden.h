#pragma once
// Golden files: what a test prints is compared with a file beside its input. With
// DESKD_GOLDEN_REWRITE=1 in the environment the files are written anew; read the diff.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace deskd::test {

inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void check_golden(const std::string& actual, const std::filesystem::path& expected) {
  const char* rewrite = std::getenv("DESKD_GOLDEN_REWRITE");
  if (rewrite && *rewrite == '1') std::ofstream(expected, std::ios::binary) << actual;
  INFO("golden file: " << expected.string());
  REQUIRE(std::filesystem::exists(expected));
  CHECK(actual == file_text(expected));
}

/// What stands in `folder`, in name order; never nothing, so that a lost folder is noticed.
inline std::vector<std::filesystem::path> entries_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> entries(std::filesystem::directory_iterator(folder), {});
  std::sort(entries.begin(), entries.end());
  REQUIRE(!entries.empty());
  return entries;
}

}  // namespace deskd::test
