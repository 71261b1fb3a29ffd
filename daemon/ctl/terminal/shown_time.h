#pragma once
// Times for people: how long ago, or exactly.

#include <string>
#include <string_view>

#include "rules/time.h"

namespace deskd::ctl {

/// "now", "12s ago", "5m ago", "3h ago", "2d ago"; ahead of `now`,
/// where people count on it, in two units: "in 5m", "in 1h59m".
std::string relative(rules::Time time, rules::Time now);

/// How a command shows the server's times.
struct TimeStyle {
  bool utc = false;  // RFC 3339 as the server wrote it
  rules::Time now;

  /// `rfc3339` in this style; empty stays empty, and what is no time is shown as it came.
  std::string show(std::string_view rfc3339) const;
};

}  // namespace deskd::ctl
