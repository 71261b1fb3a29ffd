#pragma once
// When a trap happened, as far as its sender's uptime tells: UDP may deliver a trap after one that
// was sent later.

#include <cstdint>
#include <string_view>

#include "connectors/snmp/recent_table.h"
#include "rules/time.h"

namespace deskd::connectors {

/// Where a sender's sysUpTime went back by less than 2 s within 2 s, the lower one is older by so
/// much; more is a restart, as is what says so, and arrival decides. One thread; a bounded table of
/// senders.
class UptimeOrder {
 public:
  UptimeOrder();

  /// The event time of a trap. `uptime`: in hundredths of a second, modulo 2^32. `is_start`: the
  /// trap tells that the uptime began anew.
  rules::Time event_at(std::uint64_t sender, std::uint32_t uptime, rules::Time received_at,
                       bool is_start = false);

 private:
  struct Newest {
    std::uint32_t uptime = 0;
    rules::Time event_at;
  };
  RecentTable<std::uint64_t, Newest> newest_;
};

}  // namespace deskd::connectors
