#pragma once
// Command lines of the form ID… [ACTION].

#include <expected>
#include <span>
#include <string>
#include <vector>

namespace deskd::ctl {

struct IdsAndAction {
  std::vector<std::string> ids;
  std::string action;  // empty: show them
};

/// Ids are of the form "0-4711"; the first other word is the action and must be the last. Fails
/// with a sentence. Which actions there are is the server's to say.
std::expected<IdsAndAction, std::string> split_ids(std::span<const std::string> words);

}  // namespace deskd::ctl
