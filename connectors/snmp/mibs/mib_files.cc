#include "connectors/snmp/mibs/mib_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "config/encoding.h"
#include "config/limits.h"

namespace deskd::connectors {
namespace {

namespace fs = std::filesystem;

bool is_wanted(std::string_view name) {
  return !name.starts_with('.') && !name.starts_with('#') && !name.ends_with('#') &&
         !name.ends_with('~');
}

/// Of one folder, by name.
std::vector<std::string> names_in(const std::string& folder, MibFiles& files) {
  std::vector<std::string> paths;
  std::error_code failure;
  fs::directory_iterator entry(folder, failure);
  // One more than may be read tells that there are too many.
  while (!failure && entry != fs::directory_iterator() && paths.size() <= limits::mib_files_max) {
    if (is_wanted(entry->path().filename().string())) paths.push_back(entry->path().string());
    entry.increment(failure);
  }
  if (failure) files.problems.push_back({folder, 0, "can't be read: " + failure.message()});
  std::ranges::sort(paths);
  return paths;
}

/// Takes the number of a `:LINE: ` off the end of `head`.
bool take_line(std::string_view& head, std::uint32_t& line) {
  const std::size_t colon = head.rfind(':');
  if (colon == std::string_view::npos || colon + 1 == head.size()) return false;
  const char* const end = head.data() + head.size();
  const auto [stop, error] = std::from_chars(head.data() + colon + 1, end, line);
  if (error != std::errc{} || stop != end) return false;
  head = head.substr(0, colon);
  return true;
}

}  // namespace

MibFiles list_mib_files(const std::vector<std::string>& folders) {
  MibFiles files;
  std::uintmax_t bytes = 0;
  for (const std::string& folder : folders) {
    for (std::string& path : names_in(folder, files)) {
      std::error_code failure;
      if (!fs::is_regular_file(path, failure)) continue;
      const std::uintmax_t size = fs::file_size(path, failure);
      if (failure || size > limits::mib_file_bytes_max) {
        files.problems.push_back({path, 0,
                                  fmt::format("is larger than {} MiB: not read",
                                              limits::mib_file_bytes_max / limits::MiB)});
        continue;
      }
      bytes += size;
      if (files.paths.size() == limits::mib_files_max || bytes > limits::mib_bytes_max) {
        files.problems.push_back(
            {path, 0,
             fmt::format("neither this file is read nor any behind it: at most {} files and {} MiB",
                         limits::mib_files_max, limits::mib_bytes_max / limits::MiB)});
        return files;
      }
      files.paths.push_back(std::move(path));
    }
  }
  return files;
}

std::string line_of(const MibProblem& problem) {
  return config::printable(
      problem.line == 0 ? fmt::format("{}: {}", problem.file, problem.text)
                        : fmt::format("{}:{}: {}", problem.file, problem.line, problem.text));
}

std::vector<MibProblem> parse_mib_problems(std::string_view lines) {
  std::vector<MibProblem> problems;
  while (!lines.empty()) {
    std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    const std::size_t end = std::min(line.find(": "), line.size());
    std::string_view head = line.substr(0, end);
    MibProblem problem;
    take_line(head, problem.line);
    problem.file = head;
    problem.text = line.substr(std::min(end + 2, line.size()));
    if (!line.empty()) problems.push_back(std::move(problem));
  }
  return problems;
}

}  // namespace deskd::connectors
