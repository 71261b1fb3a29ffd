#include "daemon/ctl/words.h"

#include <doctest/doctest.h>

#include "daemon/ctl/client.h"
#include "daemon/ctl/shown_time.h"

using namespace deskd::ctl;

namespace {

std::string split(const std::vector<std::string>& words) {
  const auto result = split_ids(words);
  if (!result) return "refused: " + result.error();
  std::string out;
  for (const auto& id : result->ids) out += id + " ";
  return out + "[" + result->action + "]";
}

}  // namespace

TEST_CASE("ids come first, then at most one action") {
  CHECK(split({"0-4711"}) == "0-4711 []");
  CHECK(split({"0-1", "12-2", "ack"}) == "0-1 12-2 [ack]");
  CHECK(split({"ack"}) == "refused: 'ack' is no id; ids look like 0-4711");
  CHECK(split({"4711"}) == "refused: '4711' is no id; ids look like 0-4711");
  CHECK(split({"0-1", "ack", "0-2"}) ==
        "refused: '0-2' stands behind the action 'ack', which must be last");
  CHECK(split({"0-1/../2", "ack"}).starts_with("refused"));
  CHECK(split({"0-", "ack"}).starts_with("refused"));
  CHECK(split({}).starts_with("refused"));
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
  const Row rows[] = {{0s, "now"},      {1s, "1s ago"},     {59s, "59s ago"},
                      {60s, "1m ago"},  {3599s, "59m ago"}, {3600s, "1h ago"},
                      {47h, "47h ago"}, {48h, "2d ago"},    {24h * 365, "365d ago"},
                      {-90s, "in 1m"}};
  for (const Row& row : rows) CHECK(relative(now - row.ago, now) == row.shown);
  CHECK(style.show("2026-11-22T07:55:00.120Z") == "4m ago");
  CHECK(style.show("") == "");
  CHECK(style.show("yesterday") == "yesterday");
  CHECK(TimeStyle{.utc = true, .now = now}.show("2026-11-22T07:55:00.120Z") ==
        "2026-11-22T07:55:00.120Z");
}
