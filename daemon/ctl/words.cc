#include "daemon/ctl/words.h"

#include <fmt/format.h>

namespace deskd::ctl {

namespace {

// The form of every id, whatever shard it comes from.
bool is_id(std::string_view word) {
  const std::size_t dash = word.find('-');
  const auto digits = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == part.npos;
  };
  return dash != word.npos && digits(word.substr(0, dash)) && digits(word.substr(dash + 1));
}

}  // namespace

std::expected<IdsAndAction, std::string> split_ids(std::span<const std::string> words) {
  IdsAndAction out;
  for (const std::string& word : words) {
    if (!out.action.empty()) {
      return std::unexpected(
          fmt::format("'{}' stands behind the action '{}', which must be last", word, out.action));
    }
    if (is_id(word)) {
      out.ids.push_back(word);
    } else {
      out.action = word;
    }
  }
  if (!out.ids.empty()) return out;
  return std::unexpected(
      fmt::format("'{}' is no id; ids look like 0-4711", words.empty() ? "" : words.front()));
}

}  // namespace deskd::ctl
