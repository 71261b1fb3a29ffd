#include "config/secret.h"

#include <cstdlib>

#include <fmt/core.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "config/limits.h"
#include "config/raw_file.h"

namespace deskd::config {

namespace {

void remove_line_end(std::string& text) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
}

std::optional<Secret> from_text(const Node& node, Problems& problems) {
  auto text = read_text(node, problems);
  if (!text) return std::nullopt;
  return Secret(std::move(*text));
}

}  // namespace

SecretDigest::SecretDigest(std::string_view text) {
  static_assert(sizeof bytes_ == SHA256_DIGEST_LENGTH);
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), bytes_.data());
}

bool SecretDigest::equals(const SecretDigest& other) const {
  return CRYPTO_memcmp(bytes_.data(), other.bytes_.data(), bytes_.size()) == 0;
}

std::optional<Secret> read_secret_file(const Node& node, const std::string& folder,
                                       Problems& problems) {
  const auto name = read_text(node, problems);
  if (!name) return std::nullopt;
  const std::string path = path_in(folder, *name);
  auto file = read_raw_file(path, limits::secret_bytes_max);
  if (!file) {
    problems.error(node.place(), fmt::format("{} {}", path, file.error()));
    return std::nullopt;
  }
  if (file->others_may_read) {
    problems.warning(node.place(), fmt::format("{} can be read by everybody: chmod o-r", path));
  }
  remove_line_end(file->bytes);
  if (file->bytes.empty() ||
      file->bytes.find_first_of(std::string_view("\0\n\r", 3)) != std::string::npos) {
    problems.error(node.place(),
                   fmt::format("{} must hold exactly one line, and not an empty one", path));
    return std::nullopt;
  }
  return Secret(std::move(file->bytes));
}

std::optional<Secret> read_secret_variable(const Node& node, Problems& problems) {
  const auto name = read_text(node, problems);
  if (!name) return std::nullopt;
  const char* value = std::getenv(name->c_str());
  if (value && *value) return Secret(value);
  problems.error(node.place(), fmt::format("the environment variable {} is {}", *name,
                                           value ? "empty" : "not set"));
  return std::nullopt;
}

std::optional<Secret> read_secret(MapReader& reader, const Node& map, std::string_view name,
                                  const std::string& folder, Problems& problems) {
  const Node* file = reader.optional(fmt::format("{}_file", name));
  const Node* environment = reader.optional(fmt::format("{}_env", name));
  const Node* text = reader.optional(name);
  const int given = (file ? 1 : 0) + (environment ? 1 : 0) + (text ? 1 : 0);
  if (given > 1) {
    problems.error(map.place(),
                   fmt::format("only one of {0}_file, {0}_env and {0} may stand here", name));
    return std::nullopt;
  }
  if (file) return read_secret_file(*file, folder, problems);
  if (environment) return read_secret_variable(*environment, problems);
  if (text) return from_text(*text, problems);
  return std::nullopt;
}

const Node* secret_node(const Node& map, std::string_view name) {
  for (const char* suffix : {"_file", "_env", ""}) {
    if (const Node* node = map.find(fmt::format("{}{}", name, suffix))) return node;
  }
  return nullptr;
}

}  // namespace deskd::config
