#include "rules/utf8.h"

namespace deskd::rules {
namespace {

constexpr char32_t beyond_unicode = 0x110000;

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::size_t length_by_first_byte(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  if (first >= 0xF0 && first < 0xF5) return 4;
  return 0;
}

bool is_shortest_form(char32_t code, std::size_t length) {
  if (length == 3) return code >= 0x800 && (code < 0xD800 || code > 0xDFFF);
  if (length == 4) return code >= 0x10000 && code < beyond_unicode;
  return true;
}

}  // namespace

char32_t take_character(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const auto alone = [&] {
    text.remove_prefix(1);
    return first < 0x80 ? char32_t{first} : beyond_unicode + first;
  };
  const std::size_t length = length_by_first_byte(first);
  if (length < 2 || text.size() < length) return alone();
  char32_t code = first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (!continues(text[i])) return alone();
    code = (code << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  if (!is_shortest_form(code, length)) return alone();
  text.remove_prefix(length);
  return code;
}

std::string_view cut_bytes(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  constexpr std::size_t character_bytes_max = 4;
  std::size_t end = bytes;
  while (end > 0 && bytes - end < character_bytes_max && continues(text[end])) --end;
  // Four continuation bytes in a row are no character: nothing to keep whole.
  return text.substr(0, continues(text[end]) ? bytes : end);
}

std::string_view cut_characters(std::string_view text, std::size_t characters) {
  std::string_view rest = text;
  for (; characters > 0 && !rest.empty(); --characters) take_character(rest);
  return text.substr(0, text.size() - rest.size());
}

}  // namespace deskd::rules
