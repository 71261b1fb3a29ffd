#include "connectors/snmp/receiver/sender_quota.h"

#include <xxhash.h>

#include <algorithm>

#include "config/limits.h"

namespace deskd::connectors {

SenderQuota::SenderQuota() : full_at_(limits::snmp_senders_max) {}

bool SenderQuota::admits(const rules::IpAddress& sender, std::chrono::nanoseconds now) {
  if (per_second_ == 0) return true;
  constexpr std::chrono::nanoseconds bucket = std::chrono::seconds{1};
  const std::uint64_t key =
      XXH3_64bits_withSeed(sender.bytes.data(), sender.bytes.size(), sender.is_v6 ? 6 : 4);
  auto* full_at = full_at_.find(key);
  if (full_at == nullptr) full_at = &full_at_.insert(key, now);
  const auto next = std::max(*full_at, now) + bucket / per_second_;
  if (next > now + bucket) return false;
  *full_at = next;
  return true;
}

}  // namespace deskd::connectors
