#include "daemon/ctl/acting/until.h"

#include <doctest/doctest.h>
#include <time.h>

#include <cstdlib>

using namespace deskd::ctl;

namespace {

const auto now = *deskd::rules::parse_rfc3339("2026-11-22T13:45:10.250Z");

std::string until(std::string_view text) {
  const auto time = parse_until(text, now);
  return time ? deskd::rules::rfc3339(*time) : "refused: " + time.error();
}

// The local time zone of this process while it lives.
class Zone {
 public:
  explicit Zone(const char* name) {
    if (const char* const before = std::getenv("TZ")) before_ = before;
    ::setenv("TZ", name, 1);
    ::tzset();
  }
  ~Zone() {
    before_.empty() ? ::unsetenv("TZ") : ::setenv("TZ", before_.c_str(), 1);
    ::tzset();
  }

 private:
  std::string before_;
};

}  // namespace

TEST_CASE("until when: a length of time, counted from now") {
  CHECK(until("30m") == "2026-11-22T14:15:10.250Z");
  CHECK(until("2h") == "2026-11-22T15:45:10.250Z");
  CHECK(until("1h30m") == "2026-11-22T15:15:10.250Z");
  CHECK(until("90s") == "2026-11-22T13:46:40.250Z");
  CHECK(until("2d") == "2026-11-24T13:45:10.250Z");
}

TEST_CASE("until when: RFC 3339, with any offset") {
  CHECK(until("2026-12-01T08:00:00Z") == "2026-12-01T08:00:00.000Z");
  CHECK(until("2026-12-01T08:00:00+02:00") == "2026-12-01T06:00:00.000Z");
}

TEST_CASE("until when: the next such time of the day, where the person sits") {
  // POSIX names its zones by what must be added to get UTC.
  const Zone zone("EST5");
  CHECK(until("09:00") == "2026-11-22T14:00:00.000Z");  // it is 08:45 there
  CHECK(until("08:45") == "2026-11-23T13:45:00.000Z");  // began already: tomorrow
  CHECK(until("08:00") == "2026-11-23T13:00:00.000Z");
  CHECK(until("00:00") == "2026-11-23T05:00:00.000Z");
}

TEST_CASE("until when: the clocks may change in between") {
  const Zone zone("CET-1CEST,M3.5.0,M10.5.0/3");
  const auto before = *deskd::rules::parse_rfc3339("2026-03-28T20:00:00Z");
  const auto morning = parse_until("08:00", before);
  REQUIRE(morning);
  CHECK(deskd::rules::rfc3339(*morning) == "2026-03-29T06:00:00.000Z");
  // 02:30 does not exist that night; any answer is as good as another, but it lies ahead.
  const auto gap = parse_until("02:30", before);
  REQUIRE(gap);
  CHECK(*gap > before);
  CHECK(*gap < before + std::chrono::hours{26});
}

TEST_CASE("until when: what is no time is told how to say it") {
  for (const char* odd :
       {"", "soon", "2", "-2h", "2 h", "2w", "8:00", "24:00", "12:60", "08:00:00", "tomorrow 08:00",
        "2026-12-01", "0001-01-01T00:00:00Z", "99999999999d", "2h\n", "\xff"}) {
    CAPTURE(odd);
    CHECK(until(odd).starts_with("refused: "));
  }
  CHECK(until("soon").find("2h") != std::string::npos);
}
