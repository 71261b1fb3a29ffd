#pragma once
// Words of the command line that stand for incidents or alarms.

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace deskd::ctl {

/// `words` when all are ids (of the form "0-4711") and there is one at least. Else a sentence, with
/// the nearest of `actions` for a word that may have been meant as one.
std::expected<std::vector<std::string>, std::string> checked_ids(
    std::span<const std::string> words, std::span<const std::string_view> actions);

}  // namespace deskd::ctl
