#include "connectors/format/sender_time.h"

#include <doctest/doctest.h>

#include <string>

using namespace deskd;
using namespace deskd::connectors;

namespace {

std::string shown(const std::optional<rules::Time>& time) {
  if (!time) return "no time";
  return rules::is_known(*time) ? rules::rfc3339(*time) : "unknown";
}

}  // namespace

TEST_CASE("times as tools send them") {
  const std::pair<const char*, const char*> rows[] = {
      {"2026-11-22T08:00:00Z", "2026-11-22T08:00:00.000Z"},
      {"2026-11-22T08:00:00.123456789Z", "2026-11-22T08:00:00.123Z"},
      {"2026-11-22T09:00:00.120+01:00", "2026-11-22T08:00:00.120Z"},
      {"2026-11-22T08:00:00.000+0000", "2026-11-22T08:00:00.000Z"},
      {"0001-01-01T00:00:00Z", "unknown"},
      {"9999-12-31T23:59:59Z", "2260-12-31T23:59:59.000Z"},
      {"1000-01-01T00:00:00Z", "1680-01-01T00:00:00.000Z"},
      {"9999-99-99T00:00:00Z", "no time"},
      {"1795334400", "2026-11-22T08:00:00.000Z"},
      {"1795334400120", "2026-11-22T08:00:00.120Z"},
      {"1795334400120000", "2026-11-22T08:00:00.120Z"},
      {"1795334400120000000", "2026-11-22T08:00:00.120Z"},
      {"1795334400.12", "2026-11-22T08:00:00.120Z"},
      {"1.7953344e9", "2026-11-22T08:00:00.000Z"},
      {"1.79533440012E9", "2026-11-22T08:00:00.120Z"},
      {"1.795334400120e+12", "2026-11-22T08:00:00.120Z"},
      {"17953344001200e-4", "2026-11-22T08:00:00.120Z"},
      {"1795334400e0", "2026-11-22T08:00:00.000Z"},
      {"1.5e0", "1970-01-01T00:00:01.500Z"},
      {"15e-1", "1970-01-01T00:00:01.500Z"},
      {"1e99", "no time"},
      {"1e999999999999", "no time"},
      {"1e-33", "no time"},
      {"1e", "no time"},
      {"1e+", "no time"},
      {"1e+-9", "no time"},
      {"1e9e9", "no time"},
      {"e9", "no time"},
      {".e9", "no time"},
      {"1.2.3e4", "no time"},
      {"yesterday", "no time"},
      {"22/11/2026 08:00", "no time"},
      {"{$TIME}", "no time"},
      {"", "no time"},
      {".", "no time"},
      {"99999999999999999999999999999999", "no time"},
  };
  for (const auto& [text, expected] : rows) {
    CAPTURE(text);
    CHECK(shown(parse_time_or_epoch(text)) == expected);
  }
}

TEST_CASE("a number is no RFC 3339 time") { CHECK_FALSE(parse_sender_time("1795334400")); }
