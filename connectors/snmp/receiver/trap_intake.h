#pragma once
// From datagrams to batches of judged alerts, and from settled receipts to answers. Knows no socket
// and no clock.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/accounts.h"
#include "connectors/inbox.h"
#include "connectors/judging.h"
#include "connectors/snmp/message/message_reader.h"
#include "connectors/snmp/receiver/datagram.h"
#include "connectors/snmp/receiver/drop_counts.h"
#include "connectors/snmp/receiver/inform_memory.h"
#include "connectors/snmp/receiver/sender_quota.h"
#include "connectors/snmp/receiver/uptime_order.h"
#include "connectors/snmp/trap_labels.h"
#include "connectors/snmp/usm/usm.h"

namespace deskd::connectors {

/// Lives on the SNMP thread of one source. Every datagram ends in one of these: an alert of the
/// batch, a repeat, a refusal that is counted and shown, a report to a sender that asks who we are.
class TrapIntake {
 public:
  struct Parts {
    std::string source;  // the configured name
    Accounts& accounts;
    Inbox& inbox;
    DropCounts& drops;
    std::string engine_seed;         // of which an engine id is made where none is configured
    std::uint32_t engine_boots = 1;  // one more than at the last start, and durable
    std::chrono::nanoseconds repeat_window = std::chrono::hours{1};
    std::function<void(const ReturnPath&, std::string_view)> send;
    /// The informs of a batch settled; called on any thread, also while `flush` runs.
    std::function<void(std::vector<InformKey>, bool is_durable)> on_settled;
  };

  explicit TrapIntake(Parts parts);

  /// `setup` has the source, with settings of SNMP. What was taken before is judged by the old one.
  void adopt(std::shared_ptr<const Judging> setup, const Moment& now);

  void take(const Datagram& datagram, const Moment& now);
  /// Hands the batch to the core as soon as `may_grow` is false, or its first trap has waited long
  /// enough. One that is full goes without it.
  void flush(const Moment& now, bool may_grow);
  /// What `on_settled` was called with.
  void settle(const std::vector<InformKey>& informs, bool is_durable, const Moment& now);

  std::size_t informs_waiting() const { return informs_.waiting(); }
  const std::string& engine_id() const { return usm_->engine_id(); }

 private:
  /// A datagram on its way to an alert.
  struct Arrival {
    const Datagram& datagram;
    const Moment& now;
    Message message{};
    std::string_view pdu_bytes;
    Trap trap{};
    std::optional<usm::Usm::Session> session{};  // of a version 3 inform
  };

  bool is_admitted(const Arrival& arrival);
  void take_community(Arrival& arrival);
  void take_v3(Arrival& arrival);
  void take_pdu(Arrival& arrival, const usm::Usm::Opened* opened);
  /// False: it is a repeat, or there is no room for its answer.
  bool take_inform(Arrival& arrival);
  void add_alert(const Arrival& arrival);
  void keep_pdu(const Arrival& arrival);
  bool is_full() const;
  void hand_over();
  void answer(const InformAnswer& answer, const Moment& now);
  void count_unread(rules::Outcome outcome, const Moment& now);
  void drop(const Arrival& arrival, Refusal refusal);
  void drop(const Arrival& arrival, DropReason reason, std::string_view detail);

  const Parts parts_;
  std::shared_ptr<const Judging> setup_;
  std::shared_ptr<const SnmpSettings> settings_;  // of the source in setup_
  std::optional<usm::Usm> usm_;
  SenderQuota quota_;
  UptimeOrder uptimes_;
  InformMemory informs_;
  PduReader reader_;
  TrapLabels labels_;
  RefusalList refusals_;

  std::unique_ptr<Batch> batch_;  // null until there is an alert
  std::vector<InformKey> batch_informs_;
  std::chrono::nanoseconds batch_since_{};
};

}  // namespace deskd::connectors
