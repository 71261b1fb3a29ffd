#pragma once
// The books of guarantee 4: for every source, received = in flight + the sum of all outcomes, at
// every moment.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "config/limits.h"
#include "connectors/turned_away.h"
#include "rules/outcome.h"
#include "rules/time.h"

namespace deskd::connectors {

/// Something that a source turned away; kept for people to see.
struct RefusalSeen {
  std::string sender;
  std::string user;
  std::string reason;       // "malformed", "auth", "too_large", "lane_full" …
  std::string detail;       // one sentence
  std::uint64_t count = 0;  // equal ones in a row
  rules::Time at;           // of the last of them
};

struct SourceBooks {
  std::string source;
  std::uint64_t received = 0;   // alerts, malformed elements included
  std::uint64_t in_flight = 0;  // admitted to the lane and not yet settled
  rules::OutcomeCounts outcomes;
  std::uint64_t severity_unknown = 0;
  std::uint64_t event_time_clamped = 0;
  rules::Time last_alert_at;
  std::map<std::string, std::uint64_t> requests_refused;  // by reason; of requests, not alerts
  std::vector<RefusalSeen> refusals;  // the last ones, newest first; only from `read`
};

/// Every call is one lock for a whole batch. Any thread.
class Accounts {
 public:
  /// A batch was decoded: `alerts` good ones, `malformed` bad elements. The good ones are in flight
  /// from here on.
  void received(std::string_view source, std::uint64_t alerts, std::uint64_t malformed,
                std::uint64_t severity_unknown, std::uint64_t event_time_clamped, rules::Time at);
  /// The alerts of a batch reached their outcomes (refused ones too) and are in flight no more.
  void settled(std::string_view source, const rules::OutcomeCounts& outcomes);
  /// A request was turned away before its alerts were counted (or a bad element is worth showing:
  /// count_request false).
  void refused(std::string_view source, RefusalSeen refusal, bool count_request);

  /// All books of one moment; the equation holds in each. `with_refusals`: for people, not for
  /// metrics.
  std::vector<SourceBooks> read(bool with_refusals) const;

  /// What the books count as malformed or refused, message by message as far as it is kept.
  TurnedAwayLog& turned_away() { return turned_away_; }
  const TurnedAwayLog& turned_away() const { return turned_away_; }

 private:
  SourceBooks& books(std::string_view source);  // under mutex_

  TurnedAwayLog turned_away_;  // has a lock of its own

  mutable std::mutex mutex_;
  std::map<std::string, SourceBooks, std::less<>> books_;  // under mutex_
};

}  // namespace deskd::connectors
