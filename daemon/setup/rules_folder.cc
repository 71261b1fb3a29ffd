#include "daemon/setup/rules_folder.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>

#include <fmt/core.h>

#include "config/limits.h"
#include "config/raw_file.h"
#include "rules/rule_reader.h"

namespace deskd::daemon {

namespace {

namespace fs = std::filesystem;

bool is_rules_file(const fs::path& path) {
  const std::string name = path.filename().string();
  return !name.starts_with('.') && (name.ends_with(".yaml") || name.ends_with(".yml"));
}

/// The files in `folder` in name order; a problem where `setting` names it when there is none.
std::vector<std::string> files_in(const std::string& folder, const config::Node& setting,
                                  config::Problems& problems) {
  std::vector<std::string> paths;
  std::error_code failure;
  for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    if (is_rules_file(entry->path())) paths.push_back(entry->path().string());
  }
  if (failure) {
    problems.error(setting.place(), fmt::format("{} can't be read: {}", folder, failure.message()));
    return {};
  }
  if (paths.empty()) {
    problems.error(setting.place(), fmt::format("{} has no file that ends in .yaml", folder));
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<std::string> rules_files(const std::string& path, const config::Node& setting,
                                     config::Problems& problems) {
  std::error_code failure;
  if (fs::is_directory(path, failure)) return files_in(path, setting, problems);
  return {path};
}

}  // namespace

std::vector<rules::Rule> read_rules_of(const config::Node& setting, const std::string& folder,
                                       ConfigFiles& files, config::Problems& problems) {
  std::vector<rules::Rule> all;
  const auto path = config::read_text(setting, problems);
  if (!path) return all;
  for (const std::string& file : rules_files(config::path_in(folder, *path), setting, problems)) {
    const auto document = files.read(file, &setting);
    if (!document) continue;
    std::vector<rules::Rule> rules = rules::read_rules(*document, problems).rules;
    std::move(rules.begin(), rules.end(), std::back_inserter(all));
  }
  if (all.size() > limits::rules_max) {
    problems.error(setting.place(), fmt::format("more than {} rules", limits::rules_max));
    all.clear();
  }
  return all;
}

}  // namespace deskd::daemon
