#pragma once
// deskd.yaml's `http.tokens`: who may use the HTTP interface.

#include <string>

#include "config/reader.h"
#include "daemon/setup/people.h"

namespace deskd::daemon {

/// Tokens with mistakes are left out; every mistake is a problem, and shows nothing of a secret.
/// Token files stand relative to `folder`.
People read_people(const config::Node& list, const std::string& folder, config::Problems& problems);

}  // namespace deskd::daemon
