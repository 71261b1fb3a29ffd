#include "rules/time.h"

#include <algorithm>
#include <array>
#include <limits>

namespace deskd::rules {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int year_min = 1678;  // nanoseconds in 64 bits reach from 1677-09-21 to 2262-04-11
constexpr int year_max = 2261;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Reads numbers at fixed places of a text; a mistake is remembered, so that it is asked for once.
class Digits {
 public:
  explicit Digits(std::string_view text) : text_(text) {}

  unsigned two(std::size_t at) { return 10 * one(at) + one(at + 1); }
  unsigned four(std::size_t at) { return 100 * two(at) + two(at + 2); }
  bool are_all_digits() const { return are_digits_; }

 private:
  unsigned one(std::size_t at) {
    const unsigned digit = static_cast<unsigned char>(text_[at]) - unsigned{'0'};
    are_digits_ = are_digits_ && digit < 10;
    return digit;
  }

  std::string_view text_;
  bool are_digits_ = true;
};

/// Takes `.` and digits off the front, the first nine of them as nanoseconds; none is 0.
std::optional<std::int64_t> take_fraction(std::string_view& text) {
  static constexpr std::array<std::int64_t, 10> units{
      1'000'000'000, 100'000'000, 10'000'000, 1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};
  if (text.front() != '.') return 0;
  std::int64_t value = 0;
  std::size_t past = 1;
  for (; past < text.size() && is_digit(text[past]); ++past) {
    if (past < units.size()) value = value * 10 + (text[past] - '0');
  }
  if (past == 1) return std::nullopt;
  text.remove_prefix(past);
  return value * units[std::min(past, units.size()) - 1];
}

/// `Z`, `+02:00` or `+0200`, as minutes east of UTC.
std::optional<minutes> read_offset(std::string_view text) {
  if (text.size() == 1 && (text[0] == 'Z' || text[0] == 'z')) return minutes{0};
  const bool has_colon = text.size() == 6 && text[3] == ':';
  if (text.size() != 5 && !has_colon) return std::nullopt;
  if (text.front() != '+' && text.front() != '-') return std::nullopt;
  Digits digits(text);
  const hours hour{digits.two(1)};
  const minutes minute{digits.two(text.size() - 2)};
  if (!digits.are_all_digits() || hour > hours{23} || minute > minutes{59}) return std::nullopt;
  return text.front() == '+' ? hour + minute : -(hour + minute);
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

/// So that they end before `end`; zeros stand there.
void put_digits(std::string& text, std::size_t end, unsigned value) {
  for (; value != 0; value /= 10) text[--end] = static_cast<char>('0' + value % 10);
}

}  // namespace

// Lists show thousands of times, so no format is read for each.
std::string rfc3339(Time time) {
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::milliseconds>(time - day)};
  std::string text = "0000-00-00T00:00:00.000Z";
  put_digits(text, 4, static_cast<unsigned>(static_cast<int>(date.year())));
  put_digits(text, 7, static_cast<unsigned>(date.month()));
  put_digits(text, 10, static_cast<unsigned>(date.day()));
  put_digits(text, 13, static_cast<unsigned>(clock.hours().count()));
  put_digits(text, 16, static_cast<unsigned>(clock.minutes().count()));
  put_digits(text, 19, static_cast<unsigned>(clock.seconds().count()));
  put_digits(text, 23, static_cast<unsigned>(clock.subseconds().count()));
  return text;
}

std::optional<Time> parse_rfc3339(std::string_view text) {
  constexpr std::size_t clock_end = std::string_view("2026-11-22T08:00:00").size();
  if (text.size() <= clock_end) return std::nullopt;
  Digits digits(text);
  const int year = static_cast<int>(digits.four(0));
  const unsigned month = digits.two(5);
  const unsigned day = digits.two(8);
  const unsigned hour = digits.two(11);
  const unsigned minute = digits.two(14);
  const unsigned second = digits.two(17);
  const bool is_apart = text[4] == '-' && text[7] == '-' && text[13] == ':' && text[16] == ':' &&
                        (text[10] == 'T' || text[10] == 't' || text[10] == ' ');
  if (!digits.are_all_digits() || !is_apart) return std::nullopt;
  text.remove_prefix(clock_end);
  const auto fraction = take_fraction(text);
  if (!fraction) return std::nullopt;
  const auto offset = read_offset(text);
  if (!offset) return std::nullopt;

  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{day}};
  // RFC 3339 section 5.6 allows second 60 for leap seconds; it is the next minute's first.
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  if (year == 1) return Time{};
  if (year < year_min || year > year_max) return std::nullopt;
  return Time{std::chrono::sys_days{date}} + hours{hour} + minutes{minute} + seconds{second} +
         Duration{*fraction} - *offset;
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
