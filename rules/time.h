#pragma once
// Points in time: UTC, in nanoseconds, since senders stamp in nanoseconds and event times are
// compared exactly.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace deskd::rules {

/// `Time{}` (1970-01-01) means "not known".
using Time = std::chrono::sys_time<std::chrono::nanoseconds>;
using Duration = std::chrono::nanoseconds;

constexpr bool is_known(Time time) { return time != Time{}; }

/// RFC 3339 in UTC with milliseconds: `2026-11-22T08:00:00.120Z`.
std::string rfc3339(Time time);
/// RFC 3339 as senders write it: 0 to 9 digits of fraction (more are cut), `Z`, `+00:00` or
/// `+0000`, `T`, `t` or a space. Nothing when the text is no time, or one outside of 1678 to 2261;
/// the year 0001 (Go's zero) gives `Time{}`.
std::optional<Time> parse_rfc3339(std::string_view text);
/// A whole or decimal number since the epoch, in s, ms, us or ns by its size; digits are never
/// passed through a double.
std::optional<Time> parse_epoch(std::string_view digits);

}  // namespace deskd::rules
