#include "daemon/setup/people.h"

#include <array>

namespace deskd::daemon {

std::string_view name(Role role) {
  constexpr std::array<std::string_view, 4> names{"nobody", "viewer", "operator", "admin"};
  return names[static_cast<std::size_t>(role)];
}

const Token* People::find(std::string_view presented) const {
  const config::SecretDigest digest(presented);
  const Token* found = nullptr;
  for (const Token& token : tokens) {
    if (token.secret.equals(digest)) found = &token;
  }
  return found;
}

}  // namespace deskd::daemon
