#pragma once
// Runs the process that reads MIB folders, and bounds what it can do to whoever waits for it.

#include <chrono>
#include <expected>
#include <string>
#include <vector>

namespace deskd::connectors {

/// What one reading of MIB folders printed.
struct MibOutput {
  std::string names;     // as read_oid_csv reads it
  std::string problems;  // as parse_mib_problems reads it
};

/// Runs `program --read-mibs FOLDER…` with nothing of this process: no open files, no environment,
/// no blocked signals. Waits so long at most, then kills it. Fails with the end of a sentence:
/// "took longer than 20 s", "was ended by signal 11".
std::expected<MibOutput, std::string> run_mib_process(const std::string& program,
                                                      const std::vector<std::string>& folders,
                                                      std::chrono::milliseconds patience);

}  // namespace deskd::connectors
