// Any bytes as a configuration file: the reader returns a tree or says what is wrong, and what it
// says can be printed.

#include <cstdint>
#include <memory>
#include <string>

#include "config/check.h"
#include "config/yaml.h"

namespace {

using namespace deskd::config;

/// Every node stands in the file, and only maps and lists have something inside.
void check_node(const Node& node) {
  DESKD_CHECK(node.file != nullptr);
  DESKD_CHECK(node.line >= 1 && node.column >= 1);
  DESKD_CHECK(node.is_map() || node.entries.empty());
  DESKD_CHECK(node.is_sequence() || node.items.empty());
  for (const Node& item : node.items) check_node(item);
  for (const auto& [key, value] : node.entries) {
    DESKD_CHECK(key.is_scalar());
    check_node(value);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Problems problems;
  const auto file = std::make_shared<const SourceFile>(
      SourceFile{"fuzz.yaml", std::string(reinterpret_cast<const char*>(data), size)});
  const auto document = parse_yaml(file, problems);
  DESKD_CHECK(document.has_value() || problems.has_errors());
  if (document) check_node(*document);
  DESKD_CHECK(problems.empty() == problems.text().empty());
  return 0;
}
