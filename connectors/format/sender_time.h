#pragma once
// Times as senders write them in JSON.

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "rules/time.h"

namespace deskd::connectors {

/// RFC 3339. Go's zero time (year 0001) is `Time{}`; other times outside of what a Time can hold
/// become the nearest that it can (an endsAt in the year 9999 is the far future). Nothing when the
/// text is no time.
std::optional<rules::Time> parse_sender_time(std::string_view text);

/// The same, or a number since the epoch in s, ms, us or ns by its size.
std::optional<rules::Time> parse_time_or_epoch(std::string_view text);

}  // namespace deskd::connectors
