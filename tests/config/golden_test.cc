// What people see of the mistakes in a YAML file: tests/golden/config/NAME.yaml, and beside it
// NAME.expected. Each is read as a small map, so that the reader's words are seen too.

#include <array>

#include <doctest/doctest.h>

#include "config/reader.h"
#include "tests/support/golden.h"

using namespace deskd;

namespace {

void read_as_queue(const config::Node& node, config::Problems& problems) {
  config::MapReader reader(node, problems, "a queue");
  if (const auto* name = reader.required("name")) config::read_text(*name, problems);
  if (const auto* tier = reader.optional("tier")) config::read_whole(*tier, 0, 99, problems);
  if (const auto* all = reader.optional("catch_all")) config::read_bool(*all, problems);
  if (const auto* wait = reader.optional("wait")) config::read_duration(*wait, problems);
  if (const auto* lane = reader.optional("lane")) config::read_bytes(*lane, problems);
  reader.not_yet("calendar");
  reader.finish();
}

std::string problems_of(const std::filesystem::path& path) {
  config::Problems problems;
  const auto file = config::read_file(path.string(), path.filename().string(), problems);
  if (!file) return problems.text();
  const auto document = config::parse_yaml(file, problems);
  if (!document) return problems.text();
  config::MapReader reader(*document, problems, "the file");
  if (const auto* queues = reader.required("queues")) {
    for (const auto& queue : config::read_list(*queues, "a list of queues", problems)) {
      read_as_queue(queue, problems);
    }
  }
  reader.finish();
  return problems.text();
}

}  // namespace

TEST_CASE("mistakes are printed as they are") {
  for (const auto& path : test::entries_of(DESKD_ROOT "/tests/golden/config")) {
    if (path.extension() != ".yaml") continue;
    test::check_golden(problems_of(path),
                       std::filesystem::path(path).replace_extension("expected"));
  }
}

TEST_CASE("a file that can't be read is one problem") {
  config::Problems problems;
  CHECK(config::read_file("/nowhere/desk.yaml", "desk.yaml", problems) == nullptr);
  CHECK(config::read_file("/", "root", problems) == nullptr);
  CHECK(problems.text() ==
        "desk.yaml: error: this file does not exist\n"
        "root: error: this file is a folder, not a file\n");
}
