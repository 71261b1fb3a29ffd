#include "daemon/ctl/terminal/shown_time.h"

#include <fmt/format.h>

namespace deskd::ctl {

namespace {

// In the largest unit that leaves a number of at least one, but days only from two on.
std::string length(std::chrono::seconds span) {
  using namespace std::chrono;
  if (span < 60s) return fmt::format("{}s", span.count());
  if (span < 60min) return fmt::format("{}m", duration_cast<minutes>(span).count());
  if (span < 48h) return fmt::format("{}h", duration_cast<hours>(span).count());
  return fmt::format("{}d", duration_cast<days>(span).count());
}

// "2h", "1h59m": in the largest unit, and the rest of it in the next where there is one.
std::string two_units(std::chrono::seconds span) {
  using namespace std::chrono;
  const auto of = [](seconds whole, seconds unit) { return whole - whole % unit; };
  const seconds unit = span < 1h ? seconds{1min} : span < 48h ? seconds{1h} : seconds{24h};
  const seconds first = span < 1min ? span : of(span, unit);
  const seconds smaller = unit == 24h ? seconds{1h} : unit == 1h ? seconds{1min} : seconds{1s};
  const seconds rest = of(span - first, smaller);
  return length(first) + (rest > 0s ? length(rest) : "");
}

}  // namespace

std::string relative(rules::Time time, rules::Time now) {
  using namespace std::chrono;
  // What was to be in two hours a moment ago still is; and no two clocks agree to the second.
  const auto past = floor<seconds>(now - time);
  if (past == 0s || past == -1s) return "now";
  return past > 0s ? length(past) + " ago" : "in " + two_units(-past);
}

std::string TimeStyle::show(std::string_view rfc3339) const {
  if (utc || rfc3339.empty()) return std::string{rfc3339};
  const auto time = rules::parse_rfc3339(rfc3339);
  return time && rules::is_known(*time) ? relative(*time, now) : std::string{rfc3339};
}

}  // namespace deskd::ctl
