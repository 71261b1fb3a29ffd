#include "connectors/snmp/mibs/reading/word_lines.h"

#include "config/limits.h"
#include "config/raw_file.h"

namespace deskd::connectors {
namespace {

bool is_of_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

}  // namespace

std::uint32_t WordLines::find(const std::string& path, const std::string& word) {
  if (path != path_) {
    path_ = path;
    lines_.clear();
    read();
  }
  const auto found = lines_.find(word);
  return found == lines_.end() ? 0 : found->second;
}

void WordLines::read() {
  const auto file = config::read_raw_file(path_, limits::mib_file_bytes_max);
  if (!file) return;
  std::uint32_t line = 1;
  std::string word;
  for (const char c : file->bytes) {
    if (is_of_word(c)) {
      word += c;
      continue;
    }
    if (!word.empty()) lines_.try_emplace(word, line);
    word.clear();
    if (c == '\n') ++line;
  }
  if (!word.empty()) lines_.try_emplace(word, line);
}

}  // namespace deskd::connectors
