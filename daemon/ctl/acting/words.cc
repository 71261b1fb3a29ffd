#include "daemon/ctl/acting/words.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/reader.h"

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

std::expected<std::vector<std::string>, std::string> checked_ids(
    std::span<const std::string> words, std::span<const std::string_view> actions) {
  for (const std::string& word : words) {
    if (is_id(word)) continue;
    if (std::ranges::find(actions, word) != actions.end()) {
      return std::unexpected(fmt::format("'{}' is a second action; do one after the other", word));
    }
    return std::unexpected(
        fmt::format("'{}' is neither an id, which looks like 0-4711, nor an "
                    "action{}",
                    word, config::nearest_hint(word, actions)));
  }
  if (words.empty()) return std::unexpected("an id is missing; ids look like 0-4711");
  return std::vector<std::string>(words.begin(), words.end());
}

}  // namespace deskd::ctl
