#pragma once
// When something is to happen, as people say it.

#include <expected>
#include <string>
#include <string_view>

#include "rules/time.h"

namespace deskd::ctl {

/// `text` is RFC 3339 ("2026-11-22T14:00:00Z"), a length of time from `now` ("90s", "2h", "1h30m",
/// "2d"), or "HH:MM": the next such time of the local time zone. Fails with a sentence. Whether the
/// time is acceptable is the server's to say.
std::expected<rules::Time, std::string> parse_until(std::string_view text, rules::Time now);

}  // namespace deskd::ctl
