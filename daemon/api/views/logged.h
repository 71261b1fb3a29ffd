#pragma once
// The recent alerts: their blobs are picked on the core's thread and read on another.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/api/views/views.h"

namespace deskd::api {

/// A place in the log: alerts before it are older.
struct LogPlace {
  std::uint64_t record = 0;
  std::uint64_t index = 0;  // in the record
};
/// A place in the list of all that came in, which is made of two.
struct CameInPlace {
  LogPlace log;
  std::uint64_t turned_away = 0;  // what has a lower number is older
};
/// "RECORD-INDEX-NUMBER", as `next` gives it.
std::optional<CameInPlace> parse_place(std::string_view text);

struct AlertSearch {
  std::vector<std::string> sources, senders, outcomes;
  std::size_t limit = limits::page_default;
  bool with_raw = true;               // of alerts that were taken
  std::optional<CameInPlace> before;  // nothing: from the newest on
};

/// Records that may hold what is searched, newest first.
struct LogRecords {
  std::vector<daemon::RecentRecord> records;  // limits::page_max at most
  bool has_older = false;
};

/// Core thread only.
LogRecords pick_records(const daemon::Core& core, const AlertSearch& search);

using TurnedAway = std::vector<connectors::TurnedAwayLog::Entry>;

/// Any thread. Alerts and what was turned away (`turned_away`, the newest first) by their receipt,
/// the newest first; reads whole records until it has looked at limits::scan_max alerts or more. A
/// damaged blob is passed over.
Page<AlertView> find_alerts(const LogRecords& records, const TurnedAway& turned_away,
                            const AlertSearch& search);

/// Of every decision of `alerts`, each once.
std::vector<RuleKey> rules_of(const std::vector<AlertView>& alerts);
/// Core thread only.
RuleNames names_of(const daemon::Core& core, const std::vector<RuleKey>& rules);

}  // namespace deskd::api
