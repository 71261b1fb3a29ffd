#include "daemon/setup/mib_folders.h"

#include <map>
#include <utility>

#include <fmt/format.h>

#include "config/limits.h"
#include "config/raw_file.h"

namespace deskd::daemon {

namespace {

/// The files that warnings stand in, each read once.
class MibTexts {
 public:
  config::Place place(const connectors::MibProblem& problem) {
    auto& file = files_[problem.file];
    if (!file) {
      auto bytes = config::read_raw_file(problem.file, limits::mib_file_bytes_max);
      file = std::make_shared<const config::SourceFile>(
          config::SourceFile{problem.file, bytes ? std::move(bytes->bytes) : std::string()});
    }
    return {file, problem.line, problem.line > 0 ? 1U : 0U};
  }

 private:
  std::map<std::string, std::shared_ptr<const config::SourceFile>> files_;
};

}  // namespace

std::shared_ptr<const connectors::OidTable> read_mib_names(const std::vector<std::string>& folders,
                                                           const config::Node& node,
                                                           const connectors::MibReading& reading,
                                                           config::Problems& problems) {
  connectors::MibNames names = connectors::read_mib_names(folders, reading);
  if (!names.fault.empty()) {
    problems.warning(node.place(), fmt::format("{}: traps have the names that deskd ships, others "
                                               "stay numbers",
                                               names.fault));
  }
  if (!names.keep_fault.empty()) {
    problems.warning(node.place(), fmt::format("what MIB folders gave is not kept: {} {}",
                                               reading.kept_in, names.keep_fault));
  }
  MibTexts texts;
  std::size_t shown = 0;
  for (const connectors::MibProblem& problem : names.problems) {
    if (shown == limits::mib_problems_shown_max) break;
    ++shown;
    const bool has_file = !problem.file.empty();
    problems.warning(has_file ? texts.place(problem) : node.place(), problem.text);
  }
  if (const std::size_t rest = names.problems.size() - shown; rest > 0) {
    problems.warning(
        node.place(),
        fmt::format("{} more problems in MIB folders; all of them: deskd --read-mibs {}", rest,
                    fmt::join(folders, " ")));
  }
  return std::move(names.table);
}

}  // namespace deskd::daemon
