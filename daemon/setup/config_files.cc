#include "daemon/setup/config_files.h"

#include <filesystem>
#include <system_error>

#include <fmt/core.h>
#include <xxhash.h>

#include "config/concealed.h"

namespace deskd::daemon {

namespace {

std::shared_ptr<const config::SourceFile> open_file(const std::string& path,
                                                    const config::Node* named_at,
                                                    config::Problems& problems) {
  std::error_code failure;
  if (named_at && !std::filesystem::exists(path, failure)) {
    const std::string reason = failure ? failure.message() : "does not exist";
    problems.error(named_at->place(), fmt::format("{} {}", path, reason));
    return nullptr;
  }
  return config::read_file(path, path, problems);
}

}  // namespace

std::optional<config::Node> ConfigFiles::read(const std::string& path,
                                              const config::Node* named_at) {
  auto file = open_file(path, named_at, problems_);
  if (!file) return std::nullopt;
  files_.push_back(file);
  return config::parse_yaml(std::move(file), problems_);
}

std::vector<std::string> ConfigFiles::names() const {
  std::vector<std::string> names;
  for (const auto& file : files_) names.push_back(file->name);
  return names;
}

std::string ConfigFiles::hash() const {
  // A NUL can't stand in either, so it keeps name and text apart.
  std::string all;
  for (const auto& file : files_) {
    all.append(file->name).push_back('\0');
    all.append(config::concealed(file->text)).push_back('\0');
  }
  return fmt::format("{:016x}", XXH3_64bits(all.data(), all.size()));
}

}  // namespace deskd::daemon
