#include "daemon/setup/mib_folders.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "config/limits.h"
#include "config/raw_file.h"

namespace deskd::daemon {

namespace {

/// Where warnings stand, each file read once.
class MibTexts {
 public:
  explicit MibTexts(const std::vector<std::string>& files) : known_(files) {}

  /// Nothing in a file that was not read: whoever wrote the problem could have any other file
  /// opened and a line of it shown.
  std::optional<config::Place> place(const connectors::MibProblem& problem) {
    if (std::ranges::find(known_, problem.file) == known_.end()) return std::nullopt;
    auto& file = files_[problem.file];
    if (!file) {
      auto bytes = config::read_raw_file(problem.file, limits::mib_file_bytes_max);
      file = std::make_shared<const config::SourceFile>(
          config::SourceFile{problem.file, bytes ? std::move(bytes->bytes) : std::string()});
    }
    return config::Place{file, problem.line, problem.line > 0 ? 1U : 0U};
  }

 private:
  const std::vector<std::string>& known_;
  std::map<std::string, std::shared_ptr<const config::SourceFile>> files_;
};

}  // namespace

std::shared_ptr<const connectors::OidTable> read_mib_names(const std::vector<std::string>& folders,
                                                           const config::Node& node,
                                                           connectors::MibReader& reader,
                                                           config::Problems& problems) {
  const connectors::MibNames& names = reader.read(folders);
  if (!names.fault.empty()) {
    problems.warning(node.place(), fmt::format("{}: traps have the names that deskd ships, others "
                                               "stay numbers",
                                               names.fault));
  }
  if (!names.keep_fault.empty()) {
    problems.warning(node.place(),
                     fmt::format("what MIB folders gave is not kept: {}", names.keep_fault));
  }
  MibTexts texts(names.files);
  std::size_t shown = 0;
  for (const connectors::MibProblem& problem : names.problems) {
    if (shown == limits::mib_problems_shown_max) break;
    ++shown;
    if (const auto place = texts.place(problem)) {
      problems.warning(*place, problem.text);
    } else {
      problems.warning(node.place(), problem.file.empty() ? problem.text : line_of(problem));
    }
  }
  if (const std::size_t rest = names.problems.size() - shown; rest > 0) {
    problems.warning(
        node.place(),
        fmt::format("{} more problems in MIB folders; all of them: deskd --read-mibs {}", rest,
                    fmt::join(folders, " ")));
  }
  return names.table;
}

}  // namespace deskd::daemon
