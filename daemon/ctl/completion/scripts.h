#pragma once
// The scripts that teach shells to complete deskctl's words. They know nothing of deskctl but that
// `deskctl __complete -- WORD…` prints what can follow, so they can't go stale.

#include <string_view>

namespace deskd::ctl::completion {

/// "bash", "zsh" or "fish"; empty for any other shell.
std::string_view script_for(std::string_view shell);

}  // namespace deskd::ctl::completion
