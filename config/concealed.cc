#include "config/concealed.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace deskd::config {

namespace {

constexpr std::string_view blanks = " \t\r";

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-").find(c) != std::string_view::npos;
}

/// Line ends stay: places count lines.
void star(std::string& text, std::size_t begin, std::size_t end) {
  if (begin >= end) return;
  std::replace_if(
      text.begin() + static_cast<std::ptrdiff_t>(begin),
      text.begin() + static_cast<std::ptrdiff_t>(end),
      [](char c) { return c != '\n' && c != '\r'; }, '*');
}

std::size_t end_of_line(std::string_view text, std::size_t at) {
  return std::min(text.find('\n', at), text.size());
}

/// Where a line begins in earnest: `\n` or the end of the text when it is blank.
std::size_t begin_of_words(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(blanks, at), text.size());
}

/// The line that a key stands in: found once for all of its keys, however many and long it is.
struct Line {
  std::size_t end = 0;
  std::size_t indentation = 0;  // of its keys: the dash of a list's item belongs to it
  std::size_t brace = 0;        // the first one; `end` when there is none
  bool is_comment = false;

  static Line at(std::string_view text, std::size_t at) {
    const auto begin = text.rfind('\n', at) + 1;
    Line line{.end = end_of_line(text, at)};
    const auto first = std::min(text.find_first_not_of(" \t-", begin), line.end);
    line.indentation = first - begin;
    line.brace = std::min(text.find('{', begin), line.end);
    line.is_comment = first < line.end && text[first] == '#';
    return line;
  }
};

/// Behind the quote that ends the text in quotes that begins at `begin`.
std::size_t end_of_quoted(std::string_view text, std::size_t begin) {
  const char quote = text[begin];
  for (auto at = begin + 1; at < text.size(); ++at) {
    const bool is_pair = at + 1 < text.size() && text[at + 1] == quote;
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (quote == '\'' && text[at] == quote && is_pair) {
      ++at;
    } else if (text[at] == quote) {
      return at + 1;
    }
  }
  return text.size();
}

/// The end of the lines behind `at` that stand further in than `indentation`: they go on with what
/// stands there. With `lists`, items that stand no further in than their key are among them.
std::size_t end_of_lines_within(std::string_view text, std::size_t at, std::size_t indentation,
                                bool lists) {
  auto end = end_of_line(text, at);
  for (auto line = end; line < text.size(); line = end_of_line(text, line + 1)) {
    const auto words = begin_of_words(text, line + 1);
    if (words == text.size() || text[words] == '\n') continue;
    const auto depth = words - (line + 1);
    if (depth > indentation || (lists && depth == indentation && text[words] == '-')) {
      end = end_of_line(text, words);
    } else if (text[words] != '#') {
      break;
    }
  }
  return end;
}

/// Behind the colon of the key that ends at `key_end`; nothing when that is no key.
std::size_t behind_colon(std::string_view text, std::size_t key_end) {
  if (key_end < text.size() && (text[key_end] == '"' || text[key_end] == '\'')) ++key_end;
  const auto colon = text.find_first_not_of(blanks, key_end);
  if (colon == text.npos || text[colon] != ':') return text.npos;
  return colon + 1;
}

/// Whether the words at `at` are a key of a map and no text.
bool is_key(std::string_view text, std::size_t at) {
  while (at < text.size() && is_word(text[at])) ++at;
  return at < text.size() && text[at] == ':';
}

/// Where the value ends that begins at `begin`.
std::size_t end_of_value(std::string_view text, std::size_t begin, const Line& line) {
  const char first = text[begin];
  if (first == '"' || first == '\'') {
    const auto end = end_of_quoted(text, begin);
    return text[end - 1] == first && end - 1 > begin ? end - 1 : end;
  }
  if (line.brace > begin) return line.end;
  return std::min(text.find_first_of(",}\n", begin), text.size());
}

/// Stars the value of the key that ends at `key_end`, if it is one.
void conceal_value(std::string& text, std::size_t key_end, const Line& line) {
  const auto colon = behind_colon(text, key_end);
  if (colon == text.npos) return;
  const auto begin = begin_of_words(text, colon);
  if (begin < line.end) {
    const auto value_end = end_of_value(text, begin, line);
    const auto end = line.is_comment ? std::min(value_end, line.end) : value_end;
    star(text, begin, end);
    if (end != line.end) return;
  }
  const bool has_value = begin < line.end && text[begin] != '#';
  if (line.is_comment || (!has_value && is_key(text, begin_of_words(text, line.end + 1)))) return;
  // The lines of a text in several, `|` or not.
  star(text, line.end, end_of_lines_within(text, line.end, line.indentation, false));
}

/// Behind the bracket that ends the list whose bracket stands at `begin`.
std::size_t end_of_brackets(std::string_view text, std::size_t begin) {
  std::size_t depth = 0;
  for (auto at = begin; at < text.size(); ++at) {
    const char before = at == 0 ? '\n' : text[at - 1];
    const bool is_behind_blank = before == '\n' || blanks.find(before) != blanks.npos;
    // Anywhere else these are letters of a text.
    const bool begins_item =
        is_behind_blank || std::string_view("[{,:").find(before) != blanks.npos;
    if (begins_item && (text[at] == '"' || text[at] == '\'')) {
      at = end_of_quoted(text, at) - 1;
    } else if (is_behind_blank && text[at] == '#') {
      at = end_of_line(text, at) - 1;
    } else if (text[at] == '[') {
      ++depth;
    } else if (text[at] == ']' && --depth == 0) {
      return at;
    }
  }
  return text.size();
}

/// Stars each of the lines from `begin` to `end`, but not its dash.
void star_lines(std::string& text, std::size_t begin, std::size_t end) {
  while (begin < end) {
    const auto words = begin_of_words(text, begin);
    const auto last = std::min(end_of_line(text, words), end);
    if (words < last) star(text, text[words] == '-' ? words + 1 : words, last);
    begin = last + 1;
  }
}

/// Stars the list that stands behind the key that ends at `key_end`: `[a, b]`, or lines with
/// dashes; and whatever stands there instead of one.
void conceal_list(std::string& text, std::size_t key_end, const Line& line) {
  const auto colon = behind_colon(text, key_end);
  if (colon == text.npos) return;
  const auto begin = begin_of_words(text, colon);
  const auto next = text.find_first_not_of(" \t\r\n", begin);
  if (line.is_comment) return star(text, std::min(begin, line.end), line.end);
  if (next != text.npos && text[next] == '[') {
    return star(text, next + 1, end_of_brackets(text, next));
  }
  const auto end = end_of_lines_within(text, line.end, line.indentation, true);
  star(text, std::min(begin, line.end), line.end);
  star_lines(text, line.end + 1, end);
}

template <class Conceal>
void conceal_behind(std::string_view key, std::string& text, Conceal conceal) {
  Line line;
  for (auto at = text.find(key); at != std::string::npos; at = text.find(key, at + 1)) {
    if (at > 0 && is_word(text[at - 1])) continue;
    if (at >= line.end) line = Line::at(text, at);
    conceal(text, at + key.size(), line);
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
