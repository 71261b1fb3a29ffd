#pragma once
// What became of the datagrams that did not become alerts: numbers for metrics, and the last of
// them for people.

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/accounts.h"
#include "connectors/snmp/message/refusal.h"

namespace deskd::connectors {

/// Counted by the SNMP thread, read by any.
class DropCounts {
 public:
  void add(DropReason reason, std::uint64_t count = 1) {
    counts_[static_cast<std::size_t>(reason)].fetch_add(count, std::memory_order_relaxed);
  }
  std::uint64_t of(DropReason reason) const {
    return counts_[static_cast<std::size_t>(reason)].load(std::memory_order_relaxed);
  }

 private:
  std::array<std::atomic<std::uint64_t>, drop_reason_names.size()> counts_{};
};

/// Gathers refusals between two looks at the sockets, equal ones as one: a flood of them costs no
/// lock for each. Lives on the SNMP thread.
class RefusalList {
 public:
  /// `user` and `engine_id` as they came, or empty.
  void add(std::string_view sender, std::string_view user, std::string_view engine_id,
           const Refusal& refusal, rules::Time at);
  /// Hands them over and is empty.
  void show(Accounts& accounts, std::string_view source);

 private:
  std::vector<RefusalSeen> seen_;  // at most limits::refusals_at_once
};

/// `0x80001f88…`
std::string engine_text(std::string_view engine_id);

}  // namespace deskd::connectors
