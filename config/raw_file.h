#pragma once
// The bytes of a regular file, bounded.

#include <cstddef>
#include <expected>
#include <string>

namespace deskd::config {

struct RawFile {
  std::string bytes;
  bool others_may_read = false;  // by its permissions
};

/// Fails with the end of a sentence that begins with the file's name: "does not exist", "can't be
/// read: Permission denied", "is larger than 64 KiB". Pipes and devices are refused: reading one
/// could wait for ever.
std::expected<RawFile, std::string> read_raw_file(const std::string& path, std::size_t bytes_max);

/// `path` as seen from `folder`; an absolute one stays as it is.
std::string path_in(const std::string& folder, const std::string& path);

}  // namespace deskd::config
