#include "connectors/raw_message.h"

#include "config/encoding.h"
#include "config/limits.h"

namespace deskd::connectors {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view ellipsis = "\xE2\x80\xA6";     // U+2026

/// The length of the string that `text` begins with, its quotes included; all of it when it does
/// not end.
std::size_t string_length(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return text.size();
}

/// Of a list or an object.
std::size_t container_length(std::string_view text) {
  std::size_t depth = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at += string_length(text.substr(at));
      continue;
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return at;
  }
  return text.size();
}

}  // namespace

std::string_view raw_value(std::string_view body, std::size_t offset) {
  if (offset >= body.size()) return {};
  const std::string_view text = body.substr(offset, limits::raw_shown_bytes + 1);
  if (text.front() == '{' || text.front() == '[') return text.substr(0, container_length(text));
  if (text.front() == '"') return text.substr(0, string_length(text));
  return text.substr(0, text.find_first_of(",]} \t\r\n"));
}

std::string shown_raw(std::string_view raw) {
  std::string shown;
  std::string_view rest = raw.substr(0, limits::raw_shown_bytes);
  const bool is_cut = rest.size() < raw.size();
  while (!rest.empty()) {
    const std::size_t length = config::utf8_length(rest);
    if (length == 0 && is_cut && rest.size() < 4) break;  // the cut went through a character
    shown += length == 0 ? replacement : rest.substr(0, length);
    rest.remove_prefix(length == 0 ? 1 : length);
  }
  if (is_cut) shown += ellipsis;
  return shown;
}

}  // namespace deskd::connectors
