#include "rules/time.h"

#include <doctest/doctest.h>

#include <chrono>

using namespace deskd::rules;
using namespace std::chrono_literals;

namespace {

Time at(int year, unsigned month, unsigned day, Duration since_midnight = {}) {
  return std::chrono::sys_days{std::chrono::year{year} / static_cast<int>(month) /
                               static_cast<int>(day)} +
         since_midnight;
}

}  // namespace

TEST_CASE("a time is shown as RFC 3339 in UTC with milliseconds") {
  CHECK(rfc3339(at(2026, 11, 22, 8h + 120ms)) == "2026-11-22T08:00:00.120Z");
  CHECK(rfc3339(at(2026, 1, 2, 23h + 59min + 59s + 999'999'999ns)) == "2026-01-02T23:59:59.999Z");
  CHECK(rfc3339(at(1969, 12, 31, 23h + 1ms)) == "1969-12-31T23:00:00.001Z");
}

TEST_CASE("RFC 3339 is read as senders write it") {
  struct Row {
    const char* name;
    const char* text;
    Time expected;
  };
  const Row rows[] = {
      {"no fraction", "2026-11-22T08:00:00Z", at(2026, 11, 22, 8h)},
      {"three digits", "2026-11-22T08:00:00.120Z", at(2026, 11, 22, 8h + 120ms)},
      {"seven digits", "2026-11-22T08:00:00.1234567Z", at(2026, 11, 22, 8h + 123'456'700ns)},
      {"nine digits", "2026-11-22T08:00:00.123456789Z", at(2026, 11, 22, 8h + 123'456'789ns)},
      {"more digits are cut", "2026-11-22T08:00:00.1234567899Z",
       at(2026, 11, 22, 8h + 123'456'789ns)},
      {"offset with colon", "2026-11-22T10:30:00+02:30", at(2026, 11, 22, 8h)},
      {"offset without colon", "2026-11-22T08:00:00+0000", at(2026, 11, 22, 8h)},
      {"negative offset over midnight", "2026-11-22T23:00:00-02:00", at(2026, 11, 23, 1h)},
      {"lower case", "2026-11-22t08:00:00z", at(2026, 11, 22, 8h)},
      {"a space", "2026-11-22 08:00:00Z", at(2026, 11, 22, 8h)},
      {"a leap second is the next minute's first", "2016-12-31T23:59:60Z", at(2017, 1, 1)},
      {"a leap day", "2024-02-29T00:00:00Z", at(2024, 2, 29)},
      {"Go's zero time is no time", "0001-01-01T00:00:00Z", Time{}},
      {"the first year", "1678-01-01T00:00:00Z", at(1678, 1, 1)},
      {"the last year", "2261-12-31T23:59:59.999999999Z", at(2261, 12, 31, 24h - 1ns)},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto time = parse_rfc3339(row.text);
    REQUIRE(time);
    CHECK(*time == row.expected);
  }
}

TEST_CASE("what is no RFC 3339 time is refused") {
  for (const char* text :
       {"", "now", "2026-11-22", "2026-11-22T08:00:00", "2026-11-22T08:00Z", "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T08:60:00Z",
        "2026-11-22T08:00:61Z", "2026-11-22T08:00:00.Z", "2026-11-22T08:00:00Zx",
        "2026-11-22T08:00:00+25:00", "2026-11-22T08:00:00+02:60", "1677-12-31T23:59:59Z",
        "2262-01-01T00:00:00Z", "-026-11-22T08:00:00Z", "2026-11-22T08:00:00 Z",
        "99999-11-22T08:00:00Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_rfc3339(text));
  }
}

TEST_CASE("an epoch's unit is known by its size, and no digit is lost") {
  struct Row {
    const char* digits;
    std::int64_t nanoseconds;
  };
  const Row rows[] = {
      {"1763798400", 1'763'798'400'000'000'000},
      {"1763798400.123456789", 1'763'798'400'123'456'789},
      {"1763798400.1234567899", 1'763'798'400'123'456'789},
      {"1763798400123", 1'763'798'400'123'000'000},
      {"1763798400123.5", 1'763'798'400'123'500'000},
      {"1763798400123456", 1'763'798'400'123'456'000},
      {"1763798400123456789", 1'763'798'400'123'456'789},
      {"9007199254740993001", 9'007'199'254'740'993'001},
      {"0", 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.digits);
    const auto time = parse_epoch(row.digits);
    REQUIRE(time);
    CHECK(time->time_since_epoch().count() == row.nanoseconds);
  }
}

TEST_CASE("what is no epoch is refused") {
  for (const char* digits : {"", "-1", "+1", "1e9", "1763798400.", ".5", "1.2.3", "12a", " 1",
                             "99999999999", "9223372036854775808", "99999999999999999999999999"}) {
    CAPTURE(digits);
    CHECK_FALSE(parse_epoch(digits));
  }
}
