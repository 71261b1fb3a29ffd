#include "connectors/snmp/mibs/reading/module_names.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "config/limits.h"
#include "config/raw_file.h"

namespace deskd::connectors {
namespace {

constexpr std::string_view spaces = " \t\r\n\f\v";

/// The next word, without comments; empty at the end.
std::string_view take_word(std::string_view& text) {
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(spaces), text.size()));
    if (!text.starts_with("--")) break;
    text.remove_prefix(std::min(text.find('\n'), text.size()));
  }
  const std::string_view word = text.substr(0, text.find_first_of(spaces));
  text.remove_prefix(word.size());
  return word;
}

}  // namespace

std::vector<std::string> module_names(const std::string& path) {
  std::vector<std::string> names;
  const auto file = config::read_raw_file(path, limits::mib_file_bytes_max);
  if (!file) return names;
  std::string_view rest = file->bytes;
  std::string_view before;
  for (std::string_view word = take_word(rest); !word.empty(); word = take_word(rest)) {
    if (word == "DEFINITIONS" && !before.empty()) names.emplace_back(before);
    before = word;
  }
  return names;
}

}  // namespace deskd::connectors
