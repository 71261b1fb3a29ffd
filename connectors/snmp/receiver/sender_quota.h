#pragma once
// How many datagrams a second one sender may send: one sick device must not starve the lane.

#include <chrono>
#include <cstdint>

#include "connectors/snmp/recent_table.h"
#include "rules/network.h"

namespace deskd::connectors {

/// A token bucket for each sender that holds what one second brings (as the virtual scheduling
/// algorithm of ITU-T I.371, annex A: one time for each). Who is forgotten starts anew. One thread.
class SenderQuota {
 public:
  SenderQuota();

  /// Zero: no limit.
  void set(std::uint32_t per_second) { per_second_ = per_second; }
  /// Whether one more is within it; `now` never goes back.
  bool admits(const rules::IpAddress& sender, std::chrono::nanoseconds now);

 private:
  std::uint32_t per_second_ = 0;
  /// By sender: when its bucket will be full again.
  RecentTable<std::uint64_t, std::chrono::nanoseconds> full_at_;
};

}  // namespace deskd::connectors
