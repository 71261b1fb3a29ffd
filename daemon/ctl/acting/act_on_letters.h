#pragma once
// What is done with dead letters: by their ids, or with all that a filter finds.

#include <string>
#include <string_view>
#include <vector>

#include "daemon/ctl/listing.h"
#include "daemon/ctl/session.h"

namespace deskd::ctl {

inline constexpr const char* letters_path = "/api/v1/dead-letters";

/// `verb`: "retry" or "drop", as few requests as there can be. Prints a line for each letter, and
/// says why it was not done with the others; the exit code is that of the first of these.
void act_on_letters(Session& session, std::string_view verb, const std::vector<std::string>& ids);
/// The same with all that `filter` (parameters of the list) finds, the oldest first.
void act_on_all_letters(Session& session, std::string_view verb, const Query& filter);
/// Asks on the terminal whether all of these are to be dropped. False: no, or there are none, which
/// has been said.
bool may_drop_all(Session& session, const Query& filter);

}  // namespace deskd::ctl
