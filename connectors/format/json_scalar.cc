#include "connectors/format/json_scalar.h"

#include <cstdint>
#include <optional>

namespace deskd::connectors {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Index of the first byte at or after `from` that is no digit.
std::size_t skip_digits(std::string_view text, std::size_t from) {
  while (from < text.size() && is_digit(text[from])) ++from;
  return from;
}

std::optional<std::uint32_t> hex4(std::string_view text) {
  if (text.size() < 4) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text.substr(0, 4)) {
    const char lower = static_cast<char>(c | 0x20);
    if (is_digit(c)) {
      value = value * 16 + static_cast<std::uint32_t>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      value = value * 16 + static_cast<std::uint32_t>(lower - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  return value;
}

char* put_utf8(char* out, std::uint32_t point) {
  const auto tail = [&](int shift) {
    *out++ = static_cast<char>(0x80 | ((point >> shift) & 0x3F));
  };
  if (point < 0x80) {
    *out++ = static_cast<char>(point);
  } else if (point < 0x800) {
    *out++ = static_cast<char>(0xC0 | (point >> 6));
    tail(0);
  } else if (point < 0x10000) {
    *out++ = static_cast<char>(0xE0 | (point >> 12));
    tail(6);
    tail(0);
  } else {
    *out++ = static_cast<char>(0xF0 | (point >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
  return out;
}

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t length = 0;  // bytes of `\uXXXX` or `\uXXXX\uXXXX`
};

/// `text` begins with `\u`. Senders that cut texts by UTF-16 units leave halves of surrogate pairs;
/// an alert is not lost for that.
std::optional<CodePoint> code_point(std::string_view text) {
  constexpr std::uint32_t replacement = 0xFFFD;
  const auto first = hex4(text.substr(2));
  if (!first) return std::nullopt;
  if (*first < 0xD800 || *first > 0xDFFF) return CodePoint{*first, 6};
  if (*first >= 0xDC00 || !text.substr(6).starts_with("\\u")) return CodePoint{replacement, 6};
  const auto second = hex4(text.substr(8));
  if (!second) return CodePoint{replacement, 6};  // the next round reports it
  if (*second < 0xDC00 || *second > 0xDFFF) return CodePoint{replacement, 6};
  return CodePoint{0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00), 12};
}

/// What `\c` stands for; 0 when it stands for nothing.
char plain_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return 0;
  }
}

}  // namespace

bool is_json_number(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const std::size_t whole = at;
  at = skip_digits(text, at);
  if (at == whole || (text[whole] == '0' && at > whole + 1)) return false;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = at + 1;
    at = skip_digits(text, fraction);
    if (at == fraction) return false;
  }
  if (at < text.size() && (text[at] | 0x20) == 'e') {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t exponent = at;
    at = skip_digits(text, exponent);
    if (at == exponent) return false;
  }
  return at == text.size();
}

std::expected<std::string_view, std::size_t> unescape(std::string_view raw,
                                                      std::pmr::memory_resource& arena) {
  std::size_t escape = raw.find('\\');
  if (escape == std::string_view::npos) return raw;
  // An escape is never shorter than what it stands for.
  char* const begin = static_cast<char*>(arena.allocate(raw.size(), 1));
  char* out = begin;
  std::size_t at = 0;
  while (escape != std::string_view::npos) {
    out += raw.substr(at, escape - at).copy(out, std::string_view::npos);
    if (escape + 1 >= raw.size()) return std::unexpected(escape);
    if (raw[escape + 1] == 'u') {
      const auto point = code_point(raw.substr(escape));
      if (!point) return std::unexpected(escape);
      out = put_utf8(out, point->value);
      at = escape + point->length;
    } else {
      const char plain = plain_escape(raw[escape + 1]);
      if (plain == 0) return std::unexpected(escape);
      *out++ = plain;
      at = escape + 2;
    }
    escape = raw.find('\\', at);
  }
  out += raw.substr(at).copy(out, std::string_view::npos);
  return std::string_view(begin, static_cast<std::size_t>(out - begin));
}

}  // namespace deskd::connectors
