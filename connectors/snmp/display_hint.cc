#include "connectors/snmp/display_hint.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "config/limits.h"
#include "rules/utf8.h"

namespace deskd::connectors {
namespace {

constexpr std::size_t number_octets_max = 8;
constexpr std::uint16_t part_length_max = 65'535;  // no octet string is longer
constexpr std::uint8_t decimals_max = 20;          // more than any number has digits

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The number that `text` begins with, taken off.
std::optional<std::uint32_t> take_number(std::string_view& text, std::uint32_t max) {
  std::uint32_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number > max) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return number;
}

std::uint64_t big_endian(std::string_view octets) {
  std::uint64_t number = 0;
  for (const char c : octets) number = number << 8U | static_cast<unsigned char>(c);
  return number;
}

}  // namespace

std::optional<OctetHint> OctetHint::parse(std::string_view text) {
  OctetHint hint;
  while (!text.empty()) {
    const auto part = take_part(text);
    if (!part || hint.parts_.size() == limits::hint_parts_max) return std::nullopt;
    hint.parts_.push_back(*part);
  }
  // The last part is used again and again: one that takes nothing would never end.
  if (hint.parts_.empty() || hint.parts_.back().length == 0) return std::nullopt;
  return hint;
}

std::optional<OctetHint::Part> OctetHint::take_part(std::string_view& text) {
  Part part;
  if (text.starts_with('*')) {
    part.repeats = true;
    text.remove_prefix(1);
  }
  const auto length = take_number(text, part_length_max);
  if (!length || text.empty()) return std::nullopt;
  // It would show up to 255 separators for one octet.
  if (*length == 0 && part.repeats) return std::nullopt;
  part.length = static_cast<std::uint16_t>(*length);
  if (!std::string_view("xdoat").contains(text.front())) return std::nullopt;
  part.form = static_cast<Form>(text.front());
  text.remove_prefix(1);
  const bool is_text = part.form == Form::ascii || part.form == Form::utf8;
  if (!is_text && part.form != Form::hex && part.length > number_octets_max) return std::nullopt;
  const auto take_sign = [&text](char& sign) {
    if (text.empty() || is_digit(text.front()) || text.front() == '*') return;
    sign = text.front();
    text.remove_prefix(1);
  };
  take_sign(part.separator);
  if (part.repeats && part.separator != 0) take_sign(part.terminator);
  return part;
}

bool OctetHint::append_octets(const Part& part, std::string_view octets, std::string& out) {
  switch (part.form) {
    case Form::ascii:
    case Form::utf8:
      if (!is_printable(octets)) return false;
      out.append(octets);
      return true;
    case Form::hex:
      for (const char c : octets) {
        fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<unsigned char>(c));
      }
      return true;
    case Form::decimal:
      fmt::format_to(std::back_inserter(out), "{}", big_endian(octets));
      return true;
    case Form::octal:
      fmt::format_to(std::back_inserter(out), "{:o}", big_endian(octets));
      return true;
  }
  return false;
}

bool OctetHint::append(std::string_view octets, std::string& out) const {
  const std::size_t begin = out.size();
  std::size_t index = 0;
  while (!octets.empty()) {
    const Part& part = parts_[std::min(index++, parts_.size() - 1)];
    std::size_t times = 1;
    if (part.repeats) {
      times = static_cast<unsigned char>(octets.front());
      octets.remove_prefix(1);
    }
    for (; times > 0 && !octets.empty(); --times) {
      const std::string_view taken = octets.substr(0, part.length);
      octets.remove_prefix(taken.size());
      if (!append_octets(part, taken, out)) {
        out.resize(begin);
        return false;
      }
      const bool ends = times == 1 && part.terminator != 0;
      if (part.separator != 0 && !octets.empty() && !ends) out += part.separator;
    }
    if (part.terminator != 0 && !octets.empty()) out += part.terminator;
  }
  return true;
}

std::optional<IntegerHint> IntegerHint::parse(std::string_view text) {
  if (text.empty() || !std::string_view("dxob").contains(text.front())) return std::nullopt;
  IntegerHint hint;
  hint.form_ = text.front();
  text.remove_prefix(1);
  if (text.empty()) return hint;
  if (hint.form_ != 'd' || text.front() != '-') return std::nullopt;
  text.remove_prefix(1);
  const auto decimals = take_number(text, decimals_max);
  if (!decimals || !text.empty()) return std::nullopt;
  hint.decimals_ = static_cast<std::uint8_t>(*decimals);
  return hint;
}

void IntegerHint::append(std::int64_t number, std::string& out) const {
  const auto end = std::back_inserter(out);
  if (form_ == 'x') fmt::format_to(end, "{:x}", number);
  if (form_ == 'o') fmt::format_to(end, "{:o}", number);
  if (form_ == 'b') fmt::format_to(end, "{:b}", number);
  if (form_ != 'd') return;
  if (decimals_ == 0) {
    fmt::format_to(end, "{}", number);
    return;
  }
  if (number < 0) out += '-';
  // Of 0 for the smallest number of all, whose opposite is none.
  const std::uint64_t amount =
      number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
  const std::size_t begin = out.size();
  fmt::format_to(std::back_inserter(out), "{:0{}}", amount, decimals_ + 1);
  out.insert(out.size() - std::min<std::size_t>(decimals_, out.size() - begin), 1, '.');
}

bool is_printable(std::string_view text) {
  constexpr char32_t delete_sign = 0x7F;
  constexpr char32_t c1_end = 0xA0;
  constexpr char32_t beyond_unicode = 0x110000;
  while (!text.empty()) {
    const auto first = static_cast<unsigned char>(text.front());
    if (first >= ' ' && first < delete_sign) {
      text.remove_prefix(1);
      continue;
    }
    const char32_t code = rules::take_character(text);
    if (code == '\t' || code == '\n' || code == '\r') continue;
    if (code < c1_end || code >= beyond_unicode) return false;
  }
  return true;
}

void append_hex(std::string_view octets, std::string& out) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += "0x";
  for (const char c : octets) {
    const auto octet = static_cast<unsigned char>(c);
    out += digits[octet >> 4U];
    out += digits[octet & 0x0FU];
  }
}

}  // namespace deskd::connectors
