#pragma once
// deskd.yaml's `sources`: what may come in, and how it is read.

#include <string>
#include <vector>

#include "config/reader.h"
#include "connectors/source.h"

namespace deskd::daemon {

/// Sources with mistakes are left out; every mistake is a problem. Secret files stand relative to
/// `folder`.
std::vector<connectors::Source> read_sources(const config::Node& list, const std::string& folder,
                                             config::Problems& problems);

}  // namespace deskd::daemon
