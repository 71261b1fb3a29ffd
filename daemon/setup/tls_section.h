#pragma once
// deskd.yaml's `http.tls`: what the listener proves itself with.

#include <chrono>
#include <memory>
#include <string>

#include "config/reader.h"
#include "config/tls_identity.h"

namespace deskd::daemon {

/// `{certificate_file, key_file}`, each also as `_env`; nothing, and a problem, when the two can't
/// be used. A certificate that is not valid at `now` is a warning: clients will say so louder.
std::shared_ptr<const config::TlsIdentity> read_tls(const config::Node& node,
                                                    const std::string& folder,
                                                    std::chrono::sys_seconds now,
                                                    config::Problems& problems);

}  // namespace deskd::daemon
