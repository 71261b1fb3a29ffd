#pragma once
// The User-based Security Model (RFC 3414): whether a version 3 message is from whom it says, is no
// replay, and what it says.

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "connectors/snmp/message/ber.h"
#include "connectors/snmp/message/message.h"
#include "connectors/snmp/message/refusal.h"
#include "connectors/snmp/usm/engine_users.h"
#include "connectors/snmp/usm/sealed_message.h"
#include "rules/network.h"

namespace deskd::connectors::usm {

/// An engine id for an installation that was given none (RFC 3411, section 5: SnmpEngineID): the
/// same for the same seed, 21 octets.
std::string engine_id_of(std::string_view seed);

/// Lives on the SNMP thread. Traps come from engines of their own, informs are for this one. Every
/// byte of a message is hostile; nothing in one makes it fail.
class Usm {
 public:
  /// `boots` is one more than when this engine last started.
  Usm(std::string engine_id, std::uint32_t boots);

  void adopt(std::shared_ptr<const SnmpSettings> settings) { users_.adopt(std::move(settings)); }
  const std::string& engine_id() const { return engine_id_; }
  std::uint32_t boots() const { return boots_; }

  /// What a response needs of the request it answers.
  struct Session {
    std::int32_t message_id = 0;
    SecurityLevel level = SecurityLevel::no_auth_no_priv;
    std::string user;
    std::shared_ptr<const EngineUser> keys;
    std::string context_engine_id;
    std::string context;
  };
  /// Views into the message, and into `Usm` until the next call.
  struct Opened {
    ScopedPdu scoped;
    SecurityLevel level = SecurityLevel::no_auth_no_priv;
    std::shared_ptr<const EngineUser> keys;
  };
  /// RFC 3414, section 3.2. What asks another engine for an answer is refused, whatever it is; what
  /// tells of one is opened, also where its flags ask for reports. `level_min`: the least that is
  /// taken. `now`: seconds since this engine started, which is also its time.
  std::expected<Opened, Refusal> open(const Message& message, const rules::IpAddress& sender,
                                      SecurityLevel level_min, std::uint32_t now);

  static Session session_of(const Message& message, const Opened& opened);
  /// A response to `session`'s request, as a datagram.
  std::string respond(const Session& session, std::string_view pdu, std::uint32_t now);

 private:
  /// The counters of usmStats (RFC 3414, section 5) that a report names, by the last but one number
  /// of their OID.
  enum class Stat : std::uint8_t {
    unsupported_level = 1,
    not_in_time_window = 2,
    unknown_user = 3,
    unknown_engine = 4,
    wrong_digest = 5,
    decryption = 6,
  };
  /// What one call of `open` works on.
  struct Opening {
    const Message& message;
    const rules::IpAddress& sender;
    SecurityLevel level = SecurityLevel::no_auth_no_priv;
    std::uint32_t now = 0;
    bool is_foreign = false;    // of another engine
    bool wants_report = false;  // as far as is known of its PDU
    EngineUsers::Known* known = nullptr;
    std::shared_ptr<EngineUser> user{};
  };

  std::expected<void, Refusal> find_user(Opening& opening, SecurityLevel level_min);
  std::expected<void, Refusal> check_digest(Opening& opening,
                                            const std::vector<EngineUsers::Known*>& candidates);
  std::expected<void, Refusal> check_time(Opening& opening);
  std::expected<std::string_view, Refusal> plain_text(Opening& opening);
  static void look_at_class(Opening& opening, const ber::Read<ScopedPdu>& scoped);
  Refusal refuse(const Opening& opening, Stat stat, std::string detail);
  Refusal refuse_foreign(const Opening& opening);

  const std::string engine_id_;
  const std::uint32_t boots_;
  EngineUsers users_;
  std::array<std::uint32_t, 7> stats_{};
  std::uint64_t salt_;
  std::string scratch_;
  std::string plain_text_;
};

}  // namespace deskd::connectors::usm
