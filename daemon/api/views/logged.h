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
/// "RECORD-INDEX", as `next` gives it.
std::optional<LogPlace> parse_place(std::string_view text);

struct AlertSearch {
  std::vector<std::string> sources, senders, outcomes;
  std::size_t limit = limits::page_default;
  std::optional<LogPlace> before;  // nothing: from the newest on
};

/// Records that may hold what is searched, newest first.
struct LogRecords {
  std::vector<daemon::RecentRecord> records;  // limits::page_max at most
  bool has_older = false;
};

/// Core thread only.
LogRecords pick_records(const daemon::Core& core, const AlertSearch& search);

/// Any thread. The newest first; reads whole records until it has looked at limits::scan_max alerts
/// or more. A damaged blob is passed over.
Page<AlertView> find_alerts(const LogRecords& records, const AlertSearch& search);

/// Of every decision of `alerts`, each once.
std::vector<RuleKey> rules_of(const std::vector<AlertView>& alerts);
/// Core thread only.
RuleNames names_of(const daemon::Core& core, const std::vector<RuleKey>& rules);

}  // namespace deskd::api
