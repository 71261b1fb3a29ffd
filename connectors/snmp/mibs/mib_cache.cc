#include "connectors/snmp/mibs/mib_cache.h"

#include <fmt/format.h>
#include <unistd.h>
#include <xxhash.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string_view>
#include <system_error>

#include "config/limits.h"
#include "config/raw_file.h"
#include "connectors/snmp/mibs/take_until.h"
#include "connectors/snmp/shipped_table.h"

namespace deskd::connectors {
namespace {

namespace fs = std::filesystem;

// Another one for each change of what the reading gives, or of how a file is laid out.
constexpr std::string_view version = "deskd-mibs-1";

constexpr std::string_view suffix = ".names";  // behind it a process, while that writes it

constexpr std::size_t file_bytes_max =
    limits::mib_names_bytes_max + limits::mib_problems_bytes_max + limits::KiB;

std::string hash_of(std::string_view text) {
  return fmt::format("{:016x}", XXH3_64bits(text.data(), text.size()));
}

}  // namespace

std::string mib_key(const MibFiles& files) {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(),
                                                                       XXH3_freeState);
  XXH3_64bits_reset(state.get());
  // A zero can't stand in a path, and the length keeps the bytes of two files apart.
  const auto add = [&state](std::string_view text) {
    const std::uint64_t size = text.size();
    XXH3_64bits_update(state.get(), &size, sizeof size);
    XXH3_64bits_update(state.get(), text.data(), text.size());
  };
  add(version);
  add(shipped_oids());
  for (const std::string& path : files.paths) {
    add(path);
    const auto file = config::read_raw_file(path, limits::mib_file_bytes_max);
    add(file ? file->bytes : file.error());
  }
  return fmt::format("{:016x}", XXH3_64bits_digest(state.get()));
}

MibCache::MibCache(const std::string& folder, const std::vector<std::string>& mib_folders)
    : folder_(folder) {
  if (folder.empty()) return;
  std::string all;
  for (const std::string& each : mib_folders) all.append(each).push_back('\0');
  path_ = (fs::path(folder) / (hash_of(all).append(suffix))).string();
}

std::optional<MibOutput> MibCache::find(const std::string& key) const {
  if (path_.empty()) return std::nullopt;
  const auto file = config::read_raw_file(path_, file_bytes_max);
  if (!file) return std::nullopt;
  std::string_view rest = file->bytes;
  const auto found_key = take_until(rest, "\n");
  const auto hash = take_until(rest, "\n");
  if (found_key != key || hash != hash_of(rest)) return std::nullopt;
  const auto digits = take_until(rest, "\n");
  std::size_t size = 0;
  if (!digits) return std::nullopt;
  std::from_chars(digits->data(), digits->data() + digits->size(), size);
  if (size > rest.size()) return std::nullopt;
  return MibOutput{.names = std::string(rest.substr(size)),
                   .problems = std::string(rest.substr(0, size))};
}

std::expected<void, std::string> MibCache::keep(const std::string& key,
                                                const MibOutput& output) const {
  std::error_code failure;
  if (path_.empty() || !fs::exists(fs::path(folder_).parent_path(), failure)) return {};
  fs::create_directory(folder_, failure);
  std::string text = fmt::format("{}\n{}{}", output.problems.size(), output.problems, output.names);
  text = fmt::format("{}\n{}\n{}", key, hash_of(text), text);
  // Under another name first: whoever reads meanwhile finds all of it or none.
  const std::string other = fmt::format("{}.{}", path_, ::getpid());
  std::ofstream file(other, std::ios::binary | std::ios::trunc);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (!file) {
    const std::string reason = std::strerror(errno);
    fs::remove(other, failure);
    return std::unexpected(fmt::format("can't be written: {}", reason));
  }
  fs::rename(other, path_, failure);
  if (!failure) return {};
  const std::string reason = failure.message();
  fs::remove(other, failure);
  return std::unexpected(fmt::format("can't be written: {}", reason));
}

void remove_kept_mibs_but(const std::string& folder, const std::set<std::string>& paths) {
  std::error_code failure;
  std::vector<fs::path> others;
  for (fs::directory_iterator entry(folder, failure); !failure && entry != fs::directory_iterator();
       entry.increment(failure)) {
    const std::string name = entry->path().filename().string();
    if (name.find(suffix) != std::string::npos && !paths.contains(entry->path().string())) {
      others.push_back(entry->path());
    }
  }
  for (const fs::path& other : others) fs::remove(other, failure);
}

}  // namespace deskd::connectors
