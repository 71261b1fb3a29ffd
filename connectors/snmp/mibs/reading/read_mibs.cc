#include "connectors/snmp/mibs/reading/read_mibs.h"

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "config/limits.h"
#include "connectors/snmp/mibs/mib_files.h"
#include "connectors/snmp/mibs/reading/mib_definitions.h"
#include "connectors/snmp/mibs/reading/mib_tree.h"
#include "connectors/snmp/oid_csv.h"
#include "connectors/snmp/shipped_table.h"

namespace deskd::connectors {
namespace {

/// Where a service may not set limits, those of whoever reads the output still hold.
void limit_process() {
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const auto seconds = static_cast<rlim_t>(
      std::chrono::duration_cast<std::chrono::seconds>(limits::mib_time_max).count());
  const rlimit cpu{seconds, seconds};
  ::setrlimit(RLIMIT_CPU, &cpu);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they reserve terabytes
  const rlimit memory{limits::mib_memory_max, limits::mib_memory_max};
  ::setrlimit(RLIMIT_AS, &memory);
#endif
}

/// As many lines as whoever waits for them takes.
std::string lines_of(const std::vector<MibProblem>& problems) {
  std::string lines;
  std::size_t count = 0;
  for (const MibProblem& problem : problems) {
    const std::string line = line_of(problem) + '\n';
    if (count == limits::mib_problems_max) break;
    if (lines.size() + line.size() > limits::mib_problems_bytes_max) break;
    lines += line;
    ++count;
  }
  return lines;
}

}  // namespace

void read_mibs(const std::vector<std::string>& folders) {
  limit_process();
  MibFiles files = list_mib_files(folders);
  const MibTree tree = parse_mibs(files.paths, files.problems);
  const auto definitions = definitions_of(tree, *shipped_oid_table(), files.problems);
  const std::string text = write_oid_csv(definitions);
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fputs(lines_of(files.problems).c_str(), stderr);
  const bool is_written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  // The library loses memory over bad modules, and all that it has is global.
  std::_Exit(is_written ? 0 : 1);
}

}  // namespace deskd::connectors
