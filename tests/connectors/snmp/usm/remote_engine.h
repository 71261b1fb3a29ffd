#pragma once
// An agent that speaks version 3, for tests.

#include <string>
#include <string_view>

#include "connectors/snmp/usm/sealed_message.h"
#include "connectors/snmp/usm/usm_crypto.h"

namespace deskd::connectors {

inline SnmpUser user_of(std::string name, AuthProtocol auth = AuthProtocol::sha256,
                        std::string auth_password = "authpass1234",
                        PrivProtocol priv = PrivProtocol::none,
                        std::string priv_password = "privpass1234") {
  SnmpUser user;
  user.name = std::move(name);
  user.auth = auth;
  user.priv = priv;
  if (auth != AuthProtocol::none) user.auth_password = config::Secret(std::move(auth_password));
  if (priv != PrivProtocol::none) user.priv_password = config::Secret(std::move(priv_password));
  return user;
}

/// A message from one who knows the user's passwords.
struct RemoteMessage {
  std::string engine_id = "\x80\x01\x02\x03\x04";  // the authoritative engine's
  std::uint32_t boots = 1;
  std::uint32_t time = 100;
  bool is_reportable = false;
  std::int32_t message_id = 9;

  std::string seal(const SnmpUser& user, SecurityLevel level, std::string_view pdu) const {
    usm::EngineUser keys;
    keys.auth = user.auth;
    keys.priv = user.priv;
    const auto key_of = [&](const config::Secret& password) {
      return usm::localised_key(user.auth, usm::password_key(user.auth, password.reveal()),
                                engine_id);
    };
    if (user.auth_password) keys.auth_key = key_of(*user.auth_password);
    if (user.priv_password) {
      keys.priv_key =
          usm::privacy_key(user.auth, user.priv, key_of(*user.priv_password), engine_id);
    }
    return usm::sealed_message({.message_id = message_id,
                                .user = user.name,
                                .level = level,
                                .is_reportable = is_reportable,
                                .keys = &keys,
                                .engine = {.id = engine_id, .boots = boots, .time = time},
                                .salt = 1},
                               usm::scoped_pdu(engine_id, "a context", pdu));
  }
};

}  // namespace deskd::connectors
