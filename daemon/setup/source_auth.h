#pragma once
// A source's `auth`: who may send to it.

#include <optional>
#include <string>

#include "config/reader.h"
#include "connectors/source.h"

namespace deskd::daemon {

/// `{user, password_file}` or `{token_file}`, each secret also as `_env` or in the open. Nothing,
/// and a problem, when it is neither.
std::optional<connectors::SourceAuth> read_auth(const config::Node& node, const std::string& folder,
                                                config::Problems& problems);

}  // namespace deskd::daemon
