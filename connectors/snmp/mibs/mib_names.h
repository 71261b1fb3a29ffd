#pragma once
// The names that a source's traps get: those that deskd ships, and over them what its MIB folders
// add.

#include <chrono>
#include <expected>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/limits.h"
#include "connectors/snmp/mibs/mib_files.h"
#include "connectors/snmp/mibs/mib_process.h"
#include "connectors/snmp/oid_table.h"

namespace deskd::connectors {

struct MibReading {
  std::string program;    // runs with `--read-mibs FOLDER…`; empty: only what is kept is known
  std::string kept_in;    // a folder for what was read; empty: none
  bool may_keep = false;  // else `kept_in` is only looked at
};

struct MibNames {
  std::shared_ptr<const OidTable> table;  // never null
  std::vector<std::string> files;         // which were read
  std::vector<MibProblem> problems;  // may name any file: those who wrote them are not believed
  std::string fault;                 // why the folders gave nothing, as a sentence; empty: they did
  std::string keep_fault;            // why it was not kept; empty: it was, or need not be
};

/// Reads MIB folders for all sources of one setup. Lives as long as that is loaded, on one thread.
class MibReader {
 public:
  /// `patience`: with all processes together, since whoever waits for the setup waits for all.
  explicit MibReader(MibReading reading, std::chrono::milliseconds patience = limits::mib_time_max)
      : reading_(std::move(reading)), patience_(patience), left_(patience) {}

  /// Reads `folders` unless what was kept of them still holds; the same ones once, whatever came of
  /// it. Waits for another process: not for a thread that traps wait for. Whatever is wrong with
  /// the files costs their names and nothing else. Good as long as this is.
  const MibNames& read(const std::vector<std::string>& folders);
  /// Once the setup is a good one: what was kept of folders that it doesn't have is of no use.
  void forget_others() const;

 private:
  MibNames read_now(const std::vector<std::string>& folders);
  std::expected<MibOutput, std::string> run(const std::vector<std::string>& folders);

  const MibReading reading_;
  const std::chrono::milliseconds patience_;
  std::chrono::milliseconds left_;
  std::map<std::vector<std::string>, MibNames> read_;
};

}  // namespace deskd::connectors
