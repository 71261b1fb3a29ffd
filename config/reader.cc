#include "config/reader.h"

#include <algorithm>

#include <fmt/core.h>
#include <fmt/ranges.h>

namespace deskd::config {

namespace {

/// A short list of names is worth showing whole where none of them is near.
constexpr std::size_t listed_names_max = 16;

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

MapReader::MapReader(const Node& node, Problems& problems, std::string_view what)
    : node_(node), problems_(problems), what_(what) {
  if (node.is_map()) return;
  problems.error(node.place(), fmt::format("{} is a map, this is {}", what, kind_name(node)));
}

const Node* MapReader::optional(std::string_view key) {
  if (!contains(known_, key)) known_.emplace_back(key);
  return node_.is_map() ? node_.find(key) : nullptr;
}

const Node* MapReader::required(std::string_view key) {
  const Node* value = optional(key);
  if (!value && node_.is_map()) {
    problems_.error(node_.place(), fmt::format("{} needs '{}'", what_, key));
  }
  return value;
}

void MapReader::not_yet(std::string_view key) { later_.emplace_back(key); }

bool MapReader::is_asked(std::string_view key) const { return contains(known_, key); }

void MapReader::finish() {
  const std::vector<std::string_view> names(known_.begin(), known_.end());
  for (const auto& [key, value] : node_.entries) {
    if (is_asked(key.text)) continue;
    if (contains(later_, key.text)) {
      problems_.error(key.place(), fmt::format("'{}' is not supported yet", key.text));
      continue;
    }
    std::string hint = nearest_hint(key.text, names);
    if (hint.empty() && !names.empty() && names.size() <= listed_names_max) {
      hint = fmt::format(": {} takes {}", what_, fmt::join(names, ", "));
    }
    problems_.error(key.place(), fmt::format("unknown key '{}'{}", key.text, hint));
  }
}

}  // namespace deskd::config
