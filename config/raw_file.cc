#include "config/raw_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/core.h>

#include "config/limits.h"

namespace deskd::config {

namespace {

std::string in_words(int error) {
  if (error == ENOENT) return "does not exist";
  return fmt::format("can't be read: {}", std::strerror(error));
}

std::string shown_size(std::size_t bytes) {
  if (bytes % limits::MiB == 0) return fmt::format("{} MiB", bytes / limits::MiB);
  return fmt::format("{} KiB", bytes / limits::KiB);
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

/// Reads to the end, though the file may grow meanwhile: one byte more than the bound tells.
std::expected<std::string, std::string> read_all(int descriptor, std::size_t bytes_max) {
  std::string bytes;
  char block[64 * limits::KiB];
  while (bytes.size() <= bytes_max) {
    const ssize_t count = ::read(descriptor, block, sizeof block);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::unexpected(in_words(errno));
    if (count == 0) return bytes;
    bytes.append(block, static_cast<std::size_t>(count));
  }
  return std::unexpected("is larger than " + shown_size(bytes_max));
}

}  // namespace

std::expected<RawFile, std::string> read_raw_file(const std::string& path, std::size_t bytes_max) {
  // Without O_NONBLOCK, opening a pipe would wait for a writer.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.number() < 0) return std::unexpected(in_words(errno));
  struct stat status{};
  if (::fstat(file.number(), &status) != 0) return std::unexpected(in_words(errno));
  if (S_ISDIR(status.st_mode)) return std::unexpected("is a folder, not a file");
  if (!S_ISREG(status.st_mode)) return std::unexpected("is not a regular file");
  auto bytes = read_all(file.number(), bytes_max);
  if (!bytes) return std::unexpected(bytes.error());
  return RawFile{std::move(*bytes), (status.st_mode & S_IROTH) != 0};
}

std::string path_in(const std::string& folder, const std::string& path) {
  return (std::filesystem::path(folder) / path).lexically_normal().string();
}

}  // namespace deskd::config
