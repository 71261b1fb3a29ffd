#pragma once
// deskd.yaml's `rules`: a folder of rules files, or one of them.

#include <string>
#include <vector>

#include "config/reader.h"
#include "daemon/setup/config_files.h"
#include "rules/rule.h"

namespace deskd::daemon {

/// All rules of all files, in name order of the files. In a folder, files ending in `.yaml` or
/// `.yml` count, but not hidden ones.
std::vector<rules::Rule> read_rules_of(const config::Node& setting, const std::string& folder,
                                       ConfigFiles& files, config::Problems& problems);

}  // namespace deskd::daemon
