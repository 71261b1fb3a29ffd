#pragma once
// A source of kind snmp: the sockets, the thread that reads them, and its answers.

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "connectors/accounts.h"
#include "connectors/inbox.h"
#include "connectors/running_source.h"
#include "connectors/snmp/receiver/drop_counts.h"
#include "connectors/snmp/receiver/trap_intake.h"
#include "connectors/snmp/receiver/udp_socket.h"

namespace deskd::connectors {

/// Owned by the app, one for each source of this kind, each with a thread of its own: nothing is
/// shared between them. An address that it can't listen on is a state, and is tried again.
class SnmpReceiver : public RunningSource {
 public:
  struct Parts {
    std::string source;  // the configured name
    Accounts& accounts;
    Inbox& inbox;
    std::function<rules::Time()> clock;
    std::string engine_seed;         // stable and unlike any other's: the engine id is made of it
    std::uint32_t engine_boots = 1;  // one more than at the last start, and durable already
    /// Since when its boots count: one moment for all sources of a process, whose time would else
    /// go back when one of them comes anew.
    std::chrono::steady_clock::time_point engine_started = std::chrono::steady_clock::now();
    std::chrono::nanoseconds repeat_window = std::chrono::hours{1};
    /// Its state changed: for the log. Called by the thread that saw it.
    std::function<void(std::string_view source, const SourceState&)> on_change;
  };

  /// `setup` has the source.
  SnmpReceiver(Parts parts, std::shared_ptr<const Judging> setup);
  ~SnmpReceiver() override;

  /// Listens before it returns, as far as it can.
  void start() override;
  /// Reads what came until now and no more; waits a while for the informs that are under way, so
  /// that they are answered.
  void stop() override;
  void adopt(std::shared_ptr<const Judging> setup) override;
  SourceState state() const override;

  /// Datagrams that did not become alerts, by reason: all reasons, in the order of DropReason.
  std::vector<std::pair<std::string_view, std::uint64_t>> dropped() const;
  /// The ports that are listened on, in the order of the configuration.
  std::vector<std::uint16_t> ports() const;

 private:
  /// What other threads leave for the SNMP thread; it outlives the receiver with the receipts that
  /// know it.
  class Mailbox;
  struct Settled {
    std::vector<InformKey> informs;
    bool is_durable = false;
  };
  using Sockets = std::vector<std::shared_ptr<UdpSocket>>;

  TrapIntake::Parts intake_parts();
  void run();
  /// Returns whether there was anything.
  bool receive_from(const Sockets& sockets);
  void read_out(const Sockets& sockets);
  void wait_for_news();
  void take_mail();
  void finish();
  void listen(const SnmpSettings& settings);
  /// Those of the settings, taken from `before` or opened; what failed becomes the problem.
  Sockets open(const SnmpSettings& settings, const Sockets& before, std::string& problem);
  /// Returns whether there were any.
  bool close_others(const Sockets& wanted);
  void send(const ReturnPath& path, std::string_view bytes);
  Moment now() const;

  const Parts parts_;
  const std::shared_ptr<Mailbox> mailbox_;
  DropCounts drops_;
  std::thread thread_;

  // SNMP thread only, once it runs.
  TrapIntake intake_;
  DatagramBuffers buffers_;
  std::shared_ptr<const SnmpSettings> settings_;
  std::chrono::nanoseconds listen_again_at_{};  // while an address is missing
  bool is_stopping_ = false;

  mutable std::mutex mutex_;
  Sockets sockets_;                 // under mutex_; changed by the SNMP thread
  std::string problem_;             // under mutex_
  std::string engine_id_;           // under mutex_
  std::uint64_t closed_drops_ = 0;  // under mutex_: the kernel's, of sockets closed since
};

}  // namespace deskd::connectors
