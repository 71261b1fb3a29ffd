#include "daemon/ctl/top/keys.h"

#include <optional>

namespace deskd::ctl::top {

namespace {

using Kind = Key::Kind;

std::optional<Kind> by_final(char final) {
  switch (final) {
    case 'A':
      return Kind::up;
    case 'B':
      return Kind::down;
    case 'C':
      return Kind::right;
    case 'D':
      return Kind::left;
    case 'H':
      return Kind::home;
    case 'F':
      return Kind::end;
    default:
      return std::nullopt;
  }
}

// "CSI NUMBER ~", as VT220 and its descendants number the keys of the editing keypad.
std::optional<Kind> by_number(std::string_view number) {
  if (number == "5") return Kind::page_up;
  if (number == "6") return Kind::page_down;
  if (number == "1" || number == "7") return Kind::home;
  if (number == "4" || number == "8") return Kind::end;
  return std::nullopt;
}

// The sequence behind an escape: `bytes` starts behind it and loses what belongs to it.
std::optional<Kind> sequence(std::string_view& bytes) {
  const char introducer = bytes.front();
  bytes.remove_prefix(1);
  if (introducer == 'O' && !bytes.empty()) {
    const auto kind = by_final(bytes.front());
    bytes.remove_prefix(1);
    return kind;
  }
  if (introducer != '[') return std::nullopt;
  std::size_t end = 0;
  while (end < bytes.size() && (bytes[end] < 0x40 || bytes[end] > 0x7E)) ++end;
  if (end == bytes.size()) {
    bytes = {};
    return std::nullopt;
  }
  const std::string_view parameters = bytes.substr(0, end);
  const char final = bytes[end];
  bytes.remove_prefix(end + 1);
  return final == '~' ? by_number(parameters) : by_final(final);
}

}  // namespace

std::vector<Key> keys_in(std::string_view bytes) {
  std::vector<Key> keys;
  while (!bytes.empty()) {
    const char byte = bytes.front();
    bytes.remove_prefix(1);
    if (byte == '\x1b') {
      const auto kind = bytes.empty() ? std::optional{Kind::escape} : sequence(bytes);
      if (kind) keys.push_back({.kind = *kind});
    } else if (byte == '\r' || byte == '\n') {
      keys.push_back({.kind = Kind::enter});
    } else if (byte == '\t') {
      keys.push_back({.kind = Kind::tab});
    } else if (byte >= ' ' && byte < '\x7f') {
      keys.push_back({.kind = Kind::character, .character = byte});
    }
  }
  return keys;
}

}  // namespace deskd::ctl::top
