#include "config/concealed.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace deskd::config {

namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-").find(c) != std::string_view::npos;
}

/// Where the value ends that begins at `begin`.
std::size_t end_of_value(std::string_view text, std::size_t begin) {
  const char first = text[begin];
  if (first == '"' || first == '\'') return std::min(text.find(first, begin + 1), text.size());
  const auto line_begin = text.rfind('\n', begin) + 1;
  const bool is_in_braces = text.substr(line_begin, begin - line_begin).find('{') != text.npos;
  return std::min(text.find_first_of(is_in_braces ? ",}\n" : "\n", begin), text.size());
}

/// Stars the value of the key that ends at `key_end`, if it is one.
void conceal_value(std::string& text, std::size_t key_end) {
  if (key_end < text.size() && (text[key_end] == '"' || text[key_end] == '\'')) ++key_end;
  const auto colon = text.find_first_not_of(' ', key_end);
  if (colon == std::string::npos || text[colon] != ':') return;
  const auto begin = text.find_first_not_of(' ', colon + 1);
  if (begin == std::string::npos || text[begin] == '\n') return;
  const auto size = end_of_value(text, begin) - begin;
  text.replace(begin, size, size, '*');
}

/// Line ends stay: places count lines.
void star(std::string& text, std::size_t begin, std::size_t end) {
  std::replace_if(
      text.begin() + static_cast<std::ptrdiff_t>(begin),
      text.begin() + static_cast<std::ptrdiff_t>(end), [](char c) { return c != '\n'; }, '*');
}

/// Stars the list that stands behind the key that ends at `key_end`: `[a, b]`, or lines with
/// dashes.
void conceal_list(std::string& text, std::size_t key_end) {
  if (key_end < text.size() && (text[key_end] == '"' || text[key_end] == '\'')) ++key_end;
  const auto colon = text.find_first_not_of(' ', key_end);
  if (colon == std::string::npos || text[colon] != ':') return;
  auto at = text.find_first_not_of(" \n", colon + 1);
  if (at != std::string::npos && text[at] == '[') {
    return star(text, at + 1, std::min(text.find(']', at), text.size()));
  }
  while (at != std::string::npos && text[at] == '-') {
    const auto end = std::min(text.find('\n', at), text.size());
    star(text, at + 1, end);
    at = text.find_first_not_of(" \n", end);
  }
}

template <class Conceal>
void conceal_behind(std::string_view key, std::string& text, Conceal conceal) {
  for (auto at = text.find(key); at != std::string::npos; at = text.find(key, at + 1)) {
    if (at == 0 || !is_word(text[at - 1])) conceal(text, at + key.size());
  }
}

}  // namespace

std::string concealed(std::string text) {
  for (const std::string_view key : {"token", "password", "secret", "pem", "community"}) {
    conceal_behind(key, text, conceal_value);
  }
  conceal_behind("communities", text, conceal_list);
  return text;
}

}  // namespace deskd::config
