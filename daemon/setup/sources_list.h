#pragma once
// deskd.yaml's `sources`: what may come in, and how it is read.

#include <string>
#include <vector>

#include "config/reader.h"
#include "connectors/snmp/mibs/mib_names.h"
#include "connectors/source.h"

namespace deskd::daemon {

struct SourcesPlan {
  std::string folder;           // where secret files stand relative to
  bool must_have_auth = false;  // other machines reach the listener
  connectors::MibReader& mibs;
};

/// Sources with mistakes are left out; every mistake is a problem.
std::vector<connectors::Source> read_sources(const config::Node& list, const SourcesPlan& plan,
                                             config::Problems& problems);

}  // namespace deskd::daemon
