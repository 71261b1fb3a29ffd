#include "rules/time.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>

namespace deskd::rules {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int year_min = 1678;  // nanoseconds in 64 bits reach from 1677-09-21 to 2262-04-11
constexpr int year_max = 2261;
constexpr int nanosecond_digits = 9;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Eats a text from its front; a mistake is remembered, so that it is asked for once.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_.empty() || !is_digit(rest_.front())) return fail();
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }

  void one_of(std::string_view characters) {
    if (!optional_one_of(characters)) fail();
  }

  char optional_one_of(std::string_view characters) {
    if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) return 0;
    const char found = rest_.front();
    rest_.remove_prefix(1);
    return found;
  }

  /// As many digits as there are, the first nine of them as nanoseconds.
  std::int64_t fraction() {
    if (rest_.empty() || !is_digit(rest_.front())) return fail();
    std::int64_t value = 0;
    int taken = 0;
    for (; !rest_.empty() && is_digit(rest_.front()); rest_.remove_prefix(1)) {
      if (taken == nanosecond_digits) continue;
      value = value * 10 + (rest_.front() - '0');
      ++taken;
    }
    for (; taken < nanosecond_digits; ++taken) value *= 10;
    return value;
  }

  bool succeeded() const { return !failed_ && rest_.empty(); }

 private:
  int fail() {
    failed_ = true;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool failed_ = false;
};

/// `Z`, `+02:00` or `+0200`, as minutes east of UTC.
std::optional<minutes> read_offset(Scanner& scanner) {
  if (scanner.optional_one_of("Zz") != 0) return minutes{0};
  const char sign = scanner.optional_one_of("+-");
  if (sign == 0) return std::nullopt;
  const int hour = scanner.digits(2);
  scanner.optional_one_of(":");
  const int minute = scanner.digits(2);
  if (hour > 23 || minute > 59) return std::nullopt;
  const minutes east = hours{hour} + minutes{minute};
  return sign == '+' ? east : -east;
}

struct Unit {
  std::uint64_t below;  // whole numbers up to here are of this unit
  int digits;           // of nanoseconds in one
  std::uint64_t nanoseconds;
};

// Seconds reach to the year 5138 this way, and each smaller unit back to March 1973.
constexpr std::array<Unit, 4> units{{
    {100'000'000'000, 9, 1'000'000'000},
    {100'000'000'000'000, 6, 1'000'000},
    {100'000'000'000'000'000, 3, 1'000},
    {std::numeric_limits<std::uint64_t>::max(), 0, 1},
}};

std::optional<std::uint64_t> read_whole(std::string_view digits) {
  if (digits.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (std::numeric_limits<std::uint64_t>::max() - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

}  // namespace

std::string rfc3339(Time time) {
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::milliseconds>(time - day)};
  std::array<char, 40> buffer;
  const int length = std::snprintf(
      buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
      static_cast<int>(clock.subseconds().count()));
  return {buffer.data(), static_cast<std::size_t>(length)};
}

std::optional<Time> parse_rfc3339(std::string_view text) {
  Scanner scanner(text);
  const int year = scanner.digits(4);
  scanner.one_of("-");
  const int month = scanner.digits(2);
  scanner.one_of("-");
  const int day = scanner.digits(2);
  scanner.one_of("Tt ");
  const int hour = scanner.digits(2);
  scanner.one_of(":");
  const int minute = scanner.digits(2);
  scanner.one_of(":");
  const int second = scanner.digits(2);
  const std::int64_t fraction = scanner.optional_one_of(".") != 0 ? scanner.fraction() : 0;
  const auto offset = read_offset(scanner);
  if (!offset || !scanner.succeeded()) return std::nullopt;

  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  // RFC 3339 section 5.6 allows second 60 for leap seconds; it is the next minute's first.
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  if (year == 1) return Time{};
  if (year < year_min || year > year_max) return std::nullopt;
  return Time{std::chrono::sys_days{date}} + hours{hour} + minutes{minute} + seconds{second} +
         Duration{fraction} - *offset;
}

std::optional<Time> parse_epoch(std::string_view digits) {
  const auto point = digits.find('.');
  const auto whole = read_whole(digits.substr(0, point));
  if (!whole) return std::nullopt;

  const auto unit = std::ranges::find_if(
      units, [&](const Unit& u) { return *whole < u.below || u.nanoseconds == 1; });
  std::uint64_t nanoseconds = 0;
  if (point != std::string_view::npos) {
    const std::string_view fraction = digits.substr(point + 1);
    if (fraction.empty()) return std::nullopt;
    for (std::size_t i = 0; i < fraction.size(); ++i) {
      if (!is_digit(fraction[i])) return std::nullopt;
    }
    for (int i = 0; i < unit->digits; ++i) {
      const auto at = static_cast<std::size_t>(i);
      nanoseconds = nanoseconds * 10 +
                    (at < fraction.size() ? static_cast<std::uint64_t>(fraction[at] - '0') : 0);
    }
  }
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (*whole > (most - nanoseconds) / unit->nanoseconds) return std::nullopt;
  return Time{Duration{static_cast<std::int64_t>(*whole * unit->nanoseconds + nanoseconds)}};
}

}  // namespace deskd::rules
