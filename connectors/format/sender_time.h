#pragma once
// Times as senders write them in JSON.

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "rules/time.h"

namespace deskd::connectors {

/// RFC 3339. Go's zero time (year 0001) is `Time{}`; other times outside of what a Time can hold
/// become the nearest that it can (an endsAt in the year 9999 is the far future). Nothing when the
/// text is no time.
std::optional<rules::Time> parse_sender_time(std::string_view text);

/// The same, or a number since the epoch in s, ms, us or ns by its size.
std::optional<rules::Time> parse_time_or_epoch(std::string_view text);

/// Reads the times of many alerts, of which those of one body are often the same.
class SenderTimes {
 public:
  /// As `parse_sender_time`. `text` must stay as it is.
  std::optional<rules::Time> parse(std::string_view text) {
    if (text != last_ || text.empty()) {
      last_ = text;
      time_ = parse_sender_time(text);
    }
    return time_;
  }

 private:
  std::string_view last_;
  std::optional<rules::Time> time_;
};

/// Those of the alerts of one body.
struct AlertTimes {
  SenderTimes starts;
  SenderTimes ends;
};

}  // namespace deskd::connectors
