#pragma once
// The configured users, and what each of them is at the engines that it sends from.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/snmp/recent_table.h"
#include "connectors/snmp/snmp_settings.h"

namespace deskd::connectors::usm {

/// The clock of an engine as its messages told it (RFC 3414, section 2.3).
struct EngineClock {
  std::uint32_t boots = 0;
  std::uint32_t latest_time = 0;  // the newest that was received
  std::int64_t heard_at = 0;      // in seconds of our own
};

/// One user at one engine: its keys there, and that engine's clock. The clock is the user's own, so
/// that who knows one user's password can't turn the clock for another.
struct EngineUser {
  AuthProtocol auth = AuthProtocol::none;
  PrivProtocol priv = PrivProtocol::none;
  std::string auth_key;
  std::string priv_key;              // made when it is first needed
  std::optional<EngineClock> clock;  // of another engine, once it was heard
};

/// Lives on the SNMP thread. Passwords become keys when they are first needed, since that takes a
/// while; what is known of an engine is kept only once a digest was right, and in a bounded table.
class EngineUsers {
 public:
  EngineUsers();
  ~EngineUsers();

  /// Users that stay what they were keep their keys and their engines' clocks.
  void adopt(std::shared_ptr<const SnmpSettings> settings);

  /// Which of the configured users a name may mean, in the order of the configuration.
  struct Known;
  std::vector<Known*> find(std::string_view name, std::string_view engine_id,
                           const rules::IpAddress& sender);
  static const SnmpUser& settings_of(const Known& known);

  /// The user there, whose `auth_key` is set. It is remembered by `keep` only.
  std::shared_ptr<EngineUser> at(Known& known, std::string_view engine_id);
  void keep(const Known& known, std::string_view engine_id, std::shared_ptr<EngineUser> user);
  /// Sets `priv_key`, if it isn't yet.
  void prepare_privacy(Known& known, std::string_view engine_id, EngineUser& user);

 private:
  std::shared_ptr<const SnmpSettings> settings_;
  std::vector<Known> known_;  // one for each of settings_->users
  RecentTable<std::string, std::shared_ptr<EngineUser>> kept_;
};

}  // namespace deskd::connectors::usm
