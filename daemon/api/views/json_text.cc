#include "daemon/api/views/json_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "daemon/desk/incident.h"

namespace deskd::api {

namespace {

constexpr std::string_view hexadecimal = "0123456789abcdef";

/// Which bytes can't stand in a JSON text as they are (RFC 8259, section 7).
constexpr auto is_escaped = [] {
  std::array<bool, 256> escaped{};
  for (std::size_t c = 0; c < 0x20; ++c) escaped[c] = true;
  escaped['"'] = escaped['\\'] = true;
  return escaped;
}();

constexpr std::size_t word = 8;           // bytes that are looked at at once
constexpr std::size_t escaped_bytes = 6;  // of one byte, at most

constexpr std::uint64_t in_each(std::uint64_t byte) { return byte * 0x0101010101010101; }

/// Whether one of the bytes in a word is less than `least`, which is 128 at most. (Of the highest
/// bits in the difference those count that the byte did not have itself.)
constexpr std::uint64_t has_less(std::uint64_t bytes, std::uint64_t least) {
  return (bytes - in_each(least)) & ~bytes & in_each(0x80);
}

/// The same as `is_escaped` for one of eight bytes.
constexpr bool has_escaped(std::uint64_t bytes) {
  const auto quotes = has_less(bytes ^ in_each('"'), 1);
  const auto backslashes = has_less(bytes ^ in_each('\\'), 1);
  return (has_less(bytes, 0x20) | quotes | backslashes) != 0;
}

char* put_escaped(char* at, char c) {
  *at++ = '\\';
  switch (c) {
    case '"':
    case '\\':
      *at++ = c;
      return at;
    case '\b':
      *at++ = 'b';
      return at;
    case '\f':
      *at++ = 'f';
      return at;
    case '\n':
      *at++ = 'n';
      return at;
    case '\r':
      *at++ = 'r';
      return at;
    case '\t':
      *at++ = 't';
      return at;
    default:
      at += std::string_view("u00").copy(at, 3);
      *at++ = hexadecimal[static_cast<std::size_t>(c) >> 4];
      *at++ = hexadecimal[static_cast<std::size_t>(c) & 0xF];
      return at;
  }
}

/// How many bytes at the front can stand as they are, in whole words.
std::size_t plain_words(std::string_view value) {
  std::size_t at = 0;
  for (std::uint64_t bytes = 0; at + word <= value.size(); at += word) {
    std::memcpy(&bytes, value.data() + at, word);
    if (has_escaped(bytes)) break;
  }
  return at;
}

}  // namespace

void JsonText::grow(std::size_t bytes) {
  constexpr std::size_t least = 1024;
  const auto wanted = std::max({size_ + bytes, 2 * out_.size(), least});
  out_.resize_and_overwrite(wanted, [](char*, std::size_t size) { return size; });
}

void JsonText::text(std::string_view value) {
  const auto plain = plain_words(value);
  const auto rest = value.substr(plain);
  char* const place = room(plain + rest.size() * escaped_bytes + 3);
  char* at = separate(place);
  *at++ = '"';
  at += value.copy(at, plain);
  for (const char c : rest) {
    if (is_escaped[static_cast<unsigned char>(c)]) {
      at = put_escaped(at, c);
    } else {
      *at++ = c;
    }
  }
  *at++ = '"';
  size_ += static_cast<std::size_t>(at - place);
}

void JsonText::number(std::uint64_t value) {
  constexpr std::size_t digits_max = 20;
  char* const place = room(digits_max + 1);
  char* const at = separate(place);
  size_ += static_cast<std::size_t>(std::to_chars(at, at + digits_max, value).ptr - place);
}

void JsonText::text_or_null(std::string_view value) {
  if (value.empty()) return null();
  text(value);
}

void JsonText::time(rules::Time value) {
  if (!rules::is_known(value)) return null();
  text(rules::rfc3339(value));
}

void JsonText::shown_id(std::uint64_t value) { text(desk::shown_id(value)); }

void JsonText::id_or_null(std::uint64_t value) {
  if (value == 0) return null();
  shown_id(value);
}

}  // namespace deskd::api
