#include "connectors/format/sender_time.h"

#include <algorithm>

namespace deskd::connectors {
namespace {

// The whole years that nanoseconds in 64 bits reach.
constexpr std::string_view first_year = "1678";
constexpr std::string_view last_year = "2261";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<rules::Time> parse_sender_time(std::string_view text) {
  if (const auto time = rules::parse_rfc3339(text)) return time;
  constexpr std::size_t length_max = 64;
  if (text.size() < 5 || text.size() > length_max || text[4] != '-') return std::nullopt;
  const std::string_view year = text.substr(0, 4);
  if (!std::ranges::all_of(year, is_digit)) return std::nullopt;
  if (year >= first_year && year <= last_year) return std::nullopt;
  // Whether it is a time at all shows in a year that a Time can hold: the outermost with a leap
  // day.
  std::string nearest(year < first_year ? "1680" : "2260");
  nearest += text.substr(4);
  return rules::parse_rfc3339(nearest);
}

std::optional<rules::Time> parse_time_or_epoch(std::string_view text) {
  const bool number =
      !text.empty() && std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '.'; });
  return number ? rules::parse_epoch(text) : parse_sender_time(text);
}

}  // namespace deskd::connectors
