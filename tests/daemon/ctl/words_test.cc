#include "daemon/ctl/acting/words.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>

#include "daemon/ctl/client.h"
#include "daemon/ctl/terminal/shown_time.h"

using namespace deskd::ctl;

namespace {

std::string check(const std::vector<std::string>& words) {
  constexpr std::array<std::string_view, 3> actions{"ack", "resolve", "close"};
  const auto ids = checked_ids(words, actions);
  return ids ? fmt::format("{}", fmt::join(*ids, " ")) : "refused: " + ids.error();
}

}  // namespace

TEST_CASE("every word is an id, or told what it might have been") {
  CHECK(check({"0-4711"}) == "0-4711");
  CHECK(check({"0-1", "12-2"}) == "0-1 12-2");
  CHECK(check({}) == "refused: an id is missing; ids look like 0-4711");
  CHECK(check({"0-1", "resolv"}) ==
        "refused: 'resolv' is neither an id, which looks like 0-4711, nor an action (nearest: "
        "'resolve')");
  CHECK(check({"0-1", "close"}) == "refused: 'close' is a second action; do one after the other");
  for (const char* odd : {"4711", "0-1/../2", "0-", "-1", "", "0-1 ", "0--1", "\x1b[2J"}) {
    CAPTURE(odd);
    CHECK(check({"0-1", odd}).starts_with("refused"));
  }
}

TEST_CASE("ids, names and cursors can't leave their place in the address") {
  CHECK(percent_encoded("noc-network_1.a~") == "noc-network_1.a~");
  CHECK(percent_encoded("a/b?c=d&e f\n\xC3\xA4") == "a%2Fb%3Fc%3Dd%26e%20f%0A%C3%A4");
}

TEST_CASE("times are told as a person would") {
  using namespace std::chrono_literals;
  const deskd::rules::Time now = *deskd::rules::parse_rfc3339("2026-11-22T08:00:00Z");
  const TimeStyle style{.now = now};
  struct Row {
    std::chrono::seconds ago;
    const char* shown;
  };
  const Row rows[] = {{0s, "now"},       {1s, "1s ago"},         {59s, "59s ago"},
                      {60s, "1m ago"},   {3599s, "59m ago"},     {3600s, "1h ago"},
                      {47h, "47h ago"},  {48h, "2d ago"},        {24h * 365, "365d ago"},
                      {-1s, "now"},      {-2s, "in 2s"},         {-90s, "in 1m30s"},
                      {-2h, "in 2h"},    {-7199s, "in 1h59m"},   {-47h - 5s, "in 47h"},
                      {-49h, "in 2d1h"}, {-366 * 24h, "in 366d"}};
  for (const Row& row : rows) CHECK(relative(now - row.ago, now) == row.shown);
  CHECK(style.show("2026-11-22T07:55:00.120Z") == "4m ago");
  CHECK(style.show("") == "");
  CHECK(style.show("yesterday") == "yesterday");
  CHECK(TimeStyle{.utc = true, .now = now}.show("2026-11-22T07:55:00.120Z") ==
        "2026-11-22T07:55:00.120Z");
}
