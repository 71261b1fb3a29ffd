#include "daemon/ctl/acting/until.h"

#include <fmt/format.h>
#include <time.h>

#include <optional>

#include "config/reader.h"

namespace deskd::ctl {

namespace {

// A length of time as deskd's own files write it.
std::optional<std::chrono::milliseconds> length(std::string_view text) {
  config::Node node;
  node.kind = config::Node::Kind::scalar;
  node.text = text;
  config::Problems problems;
  const auto read = config::read_duration(node, problems);
  return problems.empty() ? read : std::nullopt;
}

struct TimeOfDay {
  int hour = 0;
  int minute = 0;
};

std::optional<int> two_digits(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 2 || !is_digit(text[0]) || !is_digit(text[1])) return std::nullopt;
  return (text[0] - '0') * 10 + (text[1] - '0');
}

std::optional<TimeOfDay> time_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hour = two_digits(text.substr(0, 2));
  const auto minute = two_digits(text.substr(3));
  if (!hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
  return TimeOfDay{*hour, *minute};
}

// A time that a change of the clocks leaves out is the one that mktime makes of it.
rules::Time next_local(TimeOfDay wanted, rules::Time now) {
  const auto to_time = std::chrono::system_clock::to_time_t;
  const std::time_t seconds =
      to_time(std::chrono::time_point_cast<std::chrono::system_clock::duration>(now));
  for (int days = 0;; ++days) {
    tm local{};
    ::localtime_r(&seconds, &local);
    local.tm_mday += days;
    local.tm_hour = wanted.hour;
    local.tm_min = wanted.minute;
    local.tm_sec = 0;
    local.tm_isdst = -1;
    const rules::Time time = std::chrono::system_clock::from_time_t(::mktime(&local));
    if (time > now || days == 2) return time;
  }
}

}  // namespace

std::expected<rules::Time, std::string> parse_until(std::string_view text, rules::Time now) {
  if (const auto span = length(text)) return now + *span;
  if (const auto wanted = time_of_day(text)) return next_local(*wanted, now);
  const auto time = rules::parse_rfc3339(text);
  if (time && rules::is_known(*time)) return *time;
  return std::unexpected(fmt::format(
      "'{}' is no time: say how long (2h, 1h30m), HH:MM for the next such local time, or RFC 3339 "
      "(2026-11-22T14:00:00Z)",
      text));
}

}  // namespace deskd::ctl
