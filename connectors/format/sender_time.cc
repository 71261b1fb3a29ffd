#include "connectors/format/sender_time.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace deskd::connectors {
namespace {

// The whole years that nanoseconds in 64 bits reach.
constexpr std::string_view first_year = "1678";
constexpr std::string_view last_year = "2261";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_decimal(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '.'; });
}

/// A decimal with its point moved, so that no digit is lost; nothing where either is no number.
std::optional<std::string> shifted(std::string_view decimal, std::string_view exponent) {
  constexpr std::size_t digits_max = 64;  // of what is a time
  constexpr int places_max = 32;
  const std::size_t dot = std::min(decimal.find('.'), decimal.size());
  const std::string_view whole = decimal.substr(0, dot);
  const std::string_view fraction = decimal.substr(std::min(dot + 1, decimal.size()));
  const bool is_number = !whole.empty() && std::ranges::all_of(fraction, is_digit) &&
                         (dot == decimal.size() || !fraction.empty());
  if (!is_number || decimal.size() > digits_max) return std::nullopt;

  if (exponent.starts_with('+')) exponent.remove_prefix(exponent.starts_with("+-") ? 0 : 1);
  int places = 0;
  const char* const end = exponent.data() + exponent.size();
  const auto [past, error] = std::from_chars(exponent.data(), end, places);
  if (error != std::errc() || past != end || std::abs(places) > places_max) return std::nullopt;

  std::string digits(places_max, '0');
  digits.append(whole).append(fraction).append(places_max, '0');
  digits.insert(static_cast<std::size_t>(places_max + static_cast<int>(whole.size()) + places), 1,
                '.');
  return digits;
}

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
  const std::size_t exponent = text.find_first_of("eE");
  if (!is_decimal(text.substr(0, exponent))) return parse_sender_time(text);
  if (exponent == text.npos) return rules::parse_epoch(text);
  const auto number = shifted(text.substr(0, exponent), text.substr(exponent + 1));
  return number ? rules::parse_epoch(*number) : std::nullopt;
}

}  // namespace deskd::connectors
