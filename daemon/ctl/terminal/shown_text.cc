#include "daemon/ctl/terminal/shown_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace deskd::ctl {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view ellipsis = "\xE2\x80\xA6";     // U+2026

struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

// The number of bytes that a first byte announces; 0: no first byte (RFC 3629, section 4).
std::size_t announced_bytes(std::uint8_t first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  if (first >= 0xF0 && first < 0xF5) return 4;
  return 0;
}

// The code point at the start of `text`, which is not empty.
CodePoint decode(std::string_view text) {
  constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::size_t bytes = announced_bytes(byte(0));
  if (bytes == 1) return {byte(0), 1, true};
  if (bytes == 0 || bytes > text.size()) return {};
  char32_t value = byte(0) & (0x7F >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3F);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < least[bytes] || value > 0x10FFFF || surrogate) return {};
  return {value, bytes, true};
}

using Range = std::pair<char32_t, char32_t>;

template <std::size_t N>
bool is_in(char32_t value, const std::array<Range, N>& ranges) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
    return value >= range.first && value <= range.second;
  });
}

// C0, DEL, C1, line and paragraph separator, and what turns the direction of writing.
bool steers_terminal(char32_t value) {
  static constexpr std::array<Range, 6> ranges{{{0x00, 0x1F},
                                                {0x7F, 0x9F},
                                                {0x2028, 0x2029},
                                                {0x202A, 0x202E},
                                                {0x2066, 0x2069},
                                                {0xFFF9, 0xFFFB}}};
  return is_in(value, ranges);
}

// A short form of Unicode's tables: marks that take no column, and characters that take two
// (UAX #11, W and F).
std::size_t columns(char32_t value) {
  static constexpr std::array<Range, 7> none{{{0x0300, 0x036F},
                                              {0x0483, 0x0489},
                                              {0x0591, 0x05BD},
                                              {0x1AB0, 0x1AFF},
                                              {0x200B, 0x200F},
                                              {0x20D0, 0x20FF},
                                              {0xFE00, 0xFE0F}}};
  static constexpr std::array<Range, 10> wide{{{0x1100, 0x115F},
                                               {0x2E80, 0x303E},
                                               {0x3041, 0xA4CF},
                                               {0xAC00, 0xD7A3},
                                               {0xF900, 0xFAFF},
                                               {0xFE30, 0xFE6F},
                                               {0xFF00, 0xFF60},
                                               {0xFFE0, 0xFFE6},
                                               {0x1F300, 0x1FAFF},
                                               {0x20000, 0x3FFFD}}};
  if (value < 0x0300) return 1;
  if (is_in(value, none)) return 0;
  return is_in(value, wide) ? 2 : 1;
}

// How many bytes from the start take at most `width` columns.
std::size_t bytes_within(std::string_view text, std::size_t width) {
  std::size_t taken = 0;
  std::size_t used = 0;
  while (taken < text.size()) {
    const CodePoint point = decode(text.substr(taken));
    const std::size_t wide = point.valid ? columns(point.value) : 1;
    if (used + wide > width) break;
    used += wide;
    taken += point.bytes;
  }
  return taken;
}

std::string clean(std::string_view text, bool keep_line_ends) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint point = decode(text);
    const std::string_view raw = text.substr(0, point.bytes);
    text.remove_prefix(point.bytes);
    if (raw == "\n" && keep_line_ends) {
      out += raw;
    } else if (raw == "\n" || raw == "\t" || raw == "\r") {
      out += ' ';
    } else {
      out += !point.valid || steers_terminal(point.value) ? replacement : raw;
    }
  }
  return out;
}

}  // namespace

std::string one_line(std::string_view text) { return clean(text, false); }

std::string paragraph(std::string_view text) { return clean(text, true); }

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const CodePoint point = decode(text);
    width += point.valid ? columns(point.value) : 1;
    text.remove_prefix(point.bytes);
  }
  return width;
}

std::string cut(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string{text};
  if (width == 0) return {};
  return std::string{text.substr(0, bytes_within(text, width - 1))}.append(ellipsis);
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  width = std::max<std::size_t>(width, 2);  // a wide character must fit, or nothing ever does
  std::vector<std::string> pieces;
  while (display_width(text) > width) {
    const std::size_t fits = bytes_within(text, width);
    // A space may stand right behind what fits.
    const std::size_t space = text.substr(0, fits + 1).rfind(' ');
    const bool parts_words = space != text.npos && space > 0;
    pieces.emplace_back(text.substr(0, parts_words ? space : fits));
    text.remove_prefix(parts_words ? space + 1 : fits);
  }
  pieces.emplace_back(text);
  return pieces;
}

}  // namespace deskd::ctl
