#pragma once
// The names that a source's traps get: those that deskd ships, and over them what its MIB folders
// add.

#include <memory>
#include <string>
#include <vector>

#include "connectors/snmp/mibs/mib_files.h"
#include "connectors/snmp/oid_table.h"

namespace deskd::connectors {

struct MibReading {
  std::string program;    // runs with `--read-mibs FOLDER…`; empty: only what is kept is known
  std::string kept_in;    // a folder for what was read; empty: none
  bool may_keep = false;  // else `kept_in` is only looked at
};

struct MibNames {
  std::shared_ptr<const OidTable> table;  // never null
  std::vector<MibProblem> problems;
  std::string fault;       // why the folders gave nothing, as a sentence; empty: they did
  std::string keep_fault;  // why it was not kept; empty: it was, or need not be
};

/// Reads `folders` unless what was kept of them still holds. Waits for another process, up to
/// limits::mib_time_max: not for a thread that traps wait for. Whatever is wrong with the files
/// costs their names and nothing else.
MibNames read_mib_names(const std::vector<std::string>& folders, const MibReading& reading);

}  // namespace deskd::connectors
