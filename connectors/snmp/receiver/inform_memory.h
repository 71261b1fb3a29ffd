#pragma once
// Informs under way and those that were answered: each is answered once it is durable, and again
// when it is sent again.

#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "connectors/snmp/receiver/datagram.h"
#include "connectors/snmp/recent_table.h"
#include "connectors/snmp/usm/usm.h"

namespace deskd::connectors {

/// A hash of who sent it and of its PDU, which has the request-id. Not of the message's id: senders
/// give each repeat a new one (as net-snmp does), and only a repeat has the same PDU.
using InformKey = std::pair<std::uint64_t, std::uint64_t>;

InformKey inform_key(const Datagram& datagram, std::string_view user, std::string_view pdu);

/// What is sent when an inform is durable.
struct InformAnswer {
  ReturnPath to;
  std::string bytes;                         // the datagram; of version 3 the PDU alone
  std::optional<usm::Usm::Session> session;  // of version 3: which is sealed when it is sent
};

/// Lives on the SNMP thread. Bounded: what it forgets is taken anew when it is sent again, and its
/// alert then merges.
class InformMemory {
 public:
  enum class Known : std::uint8_t { fresh, under_way, answered };

  /// Whoever was answered within `window` is answered again.
  explicit InformMemory(std::chrono::nanoseconds window);

  Known look(const InformKey& key, std::chrono::nanoseconds now);
  bool has_room() const;
  /// A fresh inform is under way, or one that is has come again: the last answer is the one that
  /// its sender still waits for.
  void wait(const InformKey& key, InformAnswer answer);
  /// It is durable: the answer is due.
  std::optional<InformAnswer> durable(const InformKey& key, std::chrono::nanoseconds now);
  /// It was not taken: a repeat is fresh.
  void forget(const InformKey& key);

  std::size_t waiting() const { return waiting_.size(); }

 private:
  std::optional<InformAnswer> take(const InformKey& key);

  const std::chrono::nanoseconds window_;
  boost::unordered_flat_map<InformKey, InformAnswer> waiting_;
  std::size_t waiting_bytes_ = 0;
  RecentTable<InformKey, std::chrono::nanoseconds> answered_;  // when
};

}  // namespace deskd::connectors
