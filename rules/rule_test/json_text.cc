#include "rules/rule_test/json_text.h"

#include <string_view>

namespace deskd::rules {
namespace {

std::size_t count_digits(std::string_view text) {
  const auto end = text.find_first_not_of("0123456789");
  return end == std::string_view::npos ? text.size() : end;
}

/// RFC 8259 section 6.
bool is_json_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  std::size_t digits = count_digits(text);
  if (digits == 0 || (digits > 1 && text.front() == '0')) return false;
  text.remove_prefix(digits);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits = count_digits(text);
    if (digits == 0) return false;
    text.remove_prefix(digits);
  }
  if (text.empty()) return true;
  if (text.front() != 'e' && text.front() != 'E') return false;
  text.remove_prefix(1);
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && count_digits(text) == text.size();
}

void append_string(std::string_view text, std::string& out) {
  static constexpr std::string_view hex_digits = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += hex_digits[byte >> 4U];
      out += hex_digits[byte & 0xFU];
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_scalar(const config::Node& node, std::string& out) {
  const bool is_bare =
      !node.quoted && (node.text == "true" || node.text == "false" || is_json_number(node.text));
  if (is_bare) {
    out += node.text;
  } else {
    append_string(node.text, out);
  }
}

void append(const config::Node& node, std::string& out) {
  std::string_view separator;
  switch (node.kind) {
    case config::Node::Kind::null:
      out += "null";
      break;
    case config::Node::Kind::scalar:
      append_scalar(node, out);
      break;
    case config::Node::Kind::sequence:
      out += '[';
      for (const config::Node& item : node.items) {
        out += separator;
        append(item, out);
        separator = ",";
      }
      out += ']';
      break;
    case config::Node::Kind::map:
      out += '{';
      for (const auto& [key, value] : node.entries) {
        out += separator;
        append_string(key.text, out);
        out += ':';
        append(value, out);
        separator = ",";
      }
      out += '}';
      break;
  }
}

}  // namespace

std::string json_text(const config::Node& node) {
  std::string out;
  append(node, out);
  return out;
}

}  // namespace deskd::rules
