#include "daemon/setup/source_auth.h"

#include "config/secret.h"

namespace deskd::daemon {

namespace {

/// A basic user's name ends at the first colon (RFC 7617, section 2).
std::optional<std::string> read_user(const config::Node& node, config::Problems& problems) {
  auto user = config::read_text(node, problems);
  if (user && user->find(':') != std::string::npos) {
    problems.error(node.place(), "the name of a user must not have a ':' in it");
    return std::nullopt;
  }
  return user;
}

bool has_secret(const config::Node& map, std::string_view name) {
  return config::secret_node(map, name) != nullptr;
}

}  // namespace

std::optional<connectors::SourceAuth> read_auth(const config::Node& node, const std::string& folder,
                                                config::Problems& problems) {
  config::MapReader reader(node, problems, "auth");
  const config::Node* user_node = reader.optional("user");
  auto password = config::read_secret(reader, node, "password", folder, problems);
  auto token = config::read_secret(reader, node, "token", folder, problems);
  reader.finish();
  if (!node.is_map()) return std::nullopt;

  const bool is_basic = user_node || has_secret(node, "password");
  if (is_basic == has_secret(node, "token")) {
    problems.error(node.place(), "auth needs either user and password_file, or token_file");
    return std::nullopt;
  }
  if (!is_basic) {
    if (!token) return std::nullopt;
    return connectors::SourceAuth{"", std::move(*token)};
  }
  if (!user_node) problems.error(node.place(), "auth with a password needs 'user'");
  if (!has_secret(node, "password")) {
    problems.error(node.place(), "auth with a user needs 'password_file' or 'password_env'");
  }
  const auto user = user_node ? read_user(*user_node, problems) : std::nullopt;
  if (!user || !password) return std::nullopt;
  return connectors::SourceAuth{*user, std::move(*password)};
}

}  // namespace deskd::daemon
