#include "config/encoding.h"

#include <fmt/core.h>

namespace deskd::config {

namespace {

unsigned char byte_at(std::string_view text, std::size_t index) {
  return static_cast<unsigned char>(text[index]);
}

/// What the first byte promises: the length, and the bounds of the second byte, which rule out
/// overlong forms, surrogates and too great values (RFC 3629, section 4).
struct Lead {
  std::size_t length = 0;
  unsigned char second_min = 0x80;
  unsigned char second_max = 0xBF;
};

Lead lead(unsigned char first) {
  if (first < 0x80) return {.length = 1};
  if (first < 0xC2) return {};
  if (first < 0xE0) return {.length = 2};
  if (first == 0xE0) return {.length = 3, .second_min = 0xA0};
  if (first == 0xED) return {.length = 3, .second_max = 0x9F};
  if (first < 0xF0) return {.length = 3};
  if (first == 0xF0) return {.length = 4, .second_min = 0x90};
  if (first < 0xF4) return {.length = 4};
  if (first == 0xF4) return {.length = 4, .second_max = 0x8F};
  return {};
}

bool is_control(unsigned char byte) { return byte < 0x20 || byte == 0x7F; }

/// C1 controls, U+0080 to U+009F; some terminals act on them.
bool is_c1_control(std::string_view character) {
  return character.size() == 2 && byte_at(character, 0) == 0xC2 && byte_at(character, 1) < 0xA0;
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto [length, second_min, second_max] = lead(byte_at(text, 0));
  if (length < 2) return length;
  if (text.size() < length) return 0;
  if (byte_at(text, 1) < second_min || byte_at(text, 1) > second_max) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte_at(text, i) & 0xC0) != 0x80) return 0;
  }
  return length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::optional<EncodingFault> find_encoding_fault(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const unsigned char byte = byte_at(text, at);
    if (byte >= 0x20 && byte < 0x7F) {
      ++at;
      continue;
    }
    const std::size_t length = utf8_length(text.substr(at));
    if (length == 0) return EncodingFault{at, fmt::format("byte 0x{:02X} is not UTF-8", byte)};
    if (byte == '\r' && text.substr(at, 2) != "\r\n") {
      return EncodingFault{at, "a carriage return without a line feed"};
    }
    if (is_control(byte) && byte != '\t' && byte != '\n' && byte != '\r') {
      return EncodingFault{at, fmt::format("control character 0x{:02X}", byte)};
    }
    at += length;
  }
  return std::nullopt;
}

std::string printable(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view character = text.substr(0, length);
    const bool is_shown = length > 0 && !is_control(byte_at(text, 0)) && !is_c1_control(character);
    shown += is_shown ? character : "?";
    text.remove_prefix(length > 0 ? length : 1);
  }
  return shown;
}

std::optional<std::string> parse_hex(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  std::string bytes;
  while (!text.empty()) {
    if (!bytes.empty() && (text.front() == ':' || text.front() == ' ')) text.remove_prefix(1);
    if (text.size() < 2) return std::nullopt;
    const auto high = hex_digit(text[0]);
    const auto low = hex_digit(text[1]);
    if (!high || !low) return std::nullopt;
    bytes += static_cast<char>(*high << 4 | *low);
    text.remove_prefix(2);
  }
  return bytes;
}

}  // namespace deskd::config
