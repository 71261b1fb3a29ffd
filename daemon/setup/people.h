#pragma once
// Who may use the HTTP interface, and for what.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/secret.h"

namespace deskd::daemon {

/// Each may what the one before it may.
enum class Role : std::uint8_t {
  nobody,         // health checks, the front page, the interface's description
  viewer,         // reads
  desk_operator,  // acts on incidents and alarms
  admin,          // reloads
};
/// "viewer", "operator", "admin", as they stand in deskd.yaml; nobody: "nobody".
std::string_view name(Role role);

struct Token {
  std::string actor;  // whose it is: stands in timelines
  Role role = Role::viewer;
  config::Secret secret;
};

/// Immutable part of a setup. Any thread.
struct People {
  std::vector<Token> tokens;  // none: everybody who reaches the listener is an admin, and unproved

  bool are_known() const { return !tokens.empty(); }
  /// Whose token it is; nullptr: nobody's. Takes one SHA-256, and compares with all, each in
  /// constant time.
  const Token* find(std::string_view presented) const;
};

}  // namespace deskd::daemon
