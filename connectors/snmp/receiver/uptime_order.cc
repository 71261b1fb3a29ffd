#include "connectors/snmp/receiver/uptime_order.h"

#include <chrono>

#include "config/limits.h"

namespace deskd::connectors {
namespace {

// Datagrams overtake each other by milliseconds. Two agents behind one address have uptimes of
// their own, and a clear of one that counts as late is no clear: the longer this is, the likelier.
constexpr auto late_max = std::chrono::seconds{2};
using Hundredths = std::chrono::duration<std::int64_t, std::centi>;

}  // namespace

UptimeOrder::UptimeOrder() : newest_(limits::snmp_senders_max) {}

rules::Time UptimeOrder::event_at(std::uint64_t sender, std::uint32_t uptime,
                                  rules::Time received_at, bool is_start) {
  Newest* const newest = newest_.find(sender);
  if (newest == nullptr) {
    newest_.insert(sender, {uptime, received_at});
    return received_at;
  }
  // The count wraps after 497 days; the difference doesn't.
  const Hundredths back{static_cast<std::int32_t>(newest->uptime - uptime)};
  const bool is_late = !is_start && back > Hundredths{0} && back < late_max &&
                       received_at - newest->event_at < late_max;
  if (is_late) return newest->event_at - back;
  *newest = {uptime, received_at};
  return received_at;
}

}  // namespace deskd::connectors
