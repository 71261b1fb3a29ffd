#include "connectors/snmp/usm/engine_users.h"

#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "config/limits.h"
#include "connectors/snmp/usm/usm_crypto.h"

namespace deskd::connectors::usm {
namespace {

/// Equal for users of equal name, protocols and passwords: whose keys are the same.
std::string identity_of(const SnmpUser& user) {
  std::string text;
  const auto add = [&](std::string_view part) {
    text.append(std::to_string(part.size())).append(":").append(part);
  };
  add(user.name);
  text += static_cast<char>(user.auth);
  text += static_cast<char>(user.priv);
  add(user.auth_password ? user.auth_password->reveal() : std::string());
  add(user.priv_password ? user.priv_password->reveal() : std::string());
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  return {reinterpret_cast<const char*>(canonical.digest), sizeof canonical.digest};
}

}  // namespace

struct EngineUsers::Known {
  const SnmpUser* user = nullptr;  // in settings_
  std::string identity;
  std::string auth_password_key;  // empty: not made yet
  std::string priv_password_key;

  std::string at(std::string_view engine_id) const { return identity + std::string(engine_id); }
};

EngineUsers::EngineUsers() : kept_(limits::snmp_engine_users_max) {}
EngineUsers::~EngineUsers() = default;

void EngineUsers::adopt(std::shared_ptr<const SnmpSettings> settings) {
  std::vector<Known> before = std::exchange(known_, {});
  settings_ = std::move(settings);
  for (const SnmpUser& user : settings_->users) {
    Known known{.user = &user,
                .identity = identity_of(user),
                .auth_password_key = {},
                .priv_password_key = {}};
    const auto same = std::ranges::find(before, known.identity, &Known::identity);
    if (same != before.end()) {
      known.auth_password_key = same->auth_password_key;
      known.priv_password_key = same->priv_password_key;
    }
    known_.push_back(std::move(known));
  }
}

std::vector<EngineUsers::Known*> EngineUsers::find(std::string_view name,
                                                   std::string_view engine_id,
                                                   const rules::IpAddress& sender) {
  std::vector<Known*> found;
  for (Known& known : known_) {
    const SnmpUser& user = *known.user;
    if (user.name != name) continue;
    if (user.from && !user.from->contains(sender)) continue;
    if (!user.engines.empty() && std::ranges::find(user.engines, engine_id) == user.engines.end()) {
      continue;
    }
    found.push_back(&known);
    if (found.size() == limits::snmp_users_tried_max) break;
  }
  return found;
}

const SnmpUser& EngineUsers::settings_of(const Known& known) { return *known.user; }

std::shared_ptr<EngineUser> EngineUsers::at(Known& known, std::string_view engine_id) {
  if (const auto* kept = kept_.find(known.at(engine_id))) return *kept;
  auto made = std::make_shared<EngineUser>();
  made->auth = known.user->auth;
  made->priv = known.user->priv;
  if (made->auth == AuthProtocol::none) return made;
  if (known.auth_password_key.empty()) {
    known.auth_password_key = password_key(made->auth, known.user->auth_password->reveal());
  }
  made->auth_key = localised_key(made->auth, known.auth_password_key, engine_id);
  return made;
}

void EngineUsers::keep(const Known& known, std::string_view engine_id,
                       std::shared_ptr<EngineUser> user) {
  const std::string key = known.at(engine_id);
  if (kept_.find(key) == nullptr) kept_.insert(key, std::move(user));
}

void EngineUsers::prepare_privacy(Known& known, std::string_view engine_id, EngineUser& user) {
  if (!user.priv_key.empty()) return;
  if (known.priv_password_key.empty()) {
    known.priv_password_key = password_key(user.auth, known.user->priv_password->reveal());
  }
  user.priv_key =
      privacy_key(user.auth, user.priv,
                  localised_key(user.auth, known.priv_password_key, engine_id), engine_id);
}

}  // namespace deskd::connectors::usm
