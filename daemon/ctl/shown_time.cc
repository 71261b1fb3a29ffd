#include "daemon/ctl/shown_time.h"

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

}  // namespace

std::string relative(rules::Time time, rules::Time now) {
  using std::chrono::duration_cast;
  using std::chrono::seconds;
  const auto past = duration_cast<seconds>(now - time);
  if (past.count() == 0) return "now";
  return past.count() > 0 ? length(past) + " ago" : "in " + length(-past);
}

std::string TimeStyle::show(std::string_view rfc3339) const {
  if (utc || rfc3339.empty()) return std::string{rfc3339};
  const auto time = rules::parse_rfc3339(rfc3339);
  return time && rules::is_known(*time) ? relative(*time, now) : std::string{rfc3339};
}

}  // namespace deskd::ctl
