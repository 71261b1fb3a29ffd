#include "rules/condition/glob.h"

#include <algorithm>
#include <optional>

#include "rules/utf8.h"

namespace deskd::rules {
namespace {

/// One character of a pattern, a backslash before it resolved; nothing after a lone backslash.
std::optional<char32_t> take_escaped(std::string_view& pattern) {
  if (pattern.front() == '\\') pattern.remove_prefix(1);
  if (pattern.empty()) return std::nullopt;
  return take_character(pattern);
}

}  // namespace

bool Glob::Element::takes(char32_t given) const {
  if (kind == Kind::character) return given == character;
  if (kind == Kind::any_one) return true;
  const bool in_ranges = std::ranges::any_of(
      ranges, [&](const auto& range) { return given >= range.first && given <= range.second; });
  return in_ranges == (kind == Kind::one_of);
}

std::expected<Glob::Element, std::string> Glob::read_set(std::string_view& pattern) {
  static constexpr std::string_view unclosed = "'[' without ']'";
  Element set{.kind = Element::Kind::one_of};
  if (pattern.starts_with('!')) {
    set.kind = Element::Kind::none_of;
    pattern.remove_prefix(1);
  }
  // A `]` at the beginning stands for itself, as in POSIX (XCU 2.13.1).
  for (bool first = true; first || !pattern.starts_with(']'); first = false) {
    if (pattern.empty()) return std::unexpected(std::string(unclosed));
    const auto low = take_escaped(pattern);
    if (!low) return std::unexpected(std::string(unclosed));
    auto high = low;
    if (pattern.size() > 1 && pattern[0] == '-' && pattern[1] != ']') {
      pattern.remove_prefix(1);
      high = take_escaped(pattern);
      if (!high) return std::unexpected(std::string(unclosed));
    }
    if (*high < *low) return std::unexpected(std::string("a range in '[…]' runs backwards"));
    set.ranges.emplace_back(*low, *high);
  }
  pattern.remove_prefix(1);
  return set;
}

std::expected<Glob, std::string> Glob::compile(std::string_view pattern) {
  Glob glob;
  while (!pattern.empty()) {
    const char next = pattern.front();
    if (next == '*' || next == '?') {
      pattern.remove_prefix(1);
      glob.elements_.push_back(
          {.kind = next == '*' ? Element::Kind::any_run : Element::Kind::any_one});
    } else if (next == '[') {
      pattern.remove_prefix(1);
      auto set = read_set(pattern);
      if (!set) return std::unexpected(std::move(set.error()));
      glob.elements_.push_back(*std::move(set));
    } else {
      const std::string_view before = pattern.substr(next == '\\' ? 1 : 0);
      const auto character = take_escaped(pattern);
      if (!character) return std::unexpected(std::string("a backslash at the end"));
      if (glob.elements_.empty()) {
        glob.prefix_ += before.substr(0, before.size() - pattern.size());
      } else {
        glob.elements_.push_back({.kind = Element::Kind::character, .character = *character});
      }
    }
  }
  return glob;
}

bool Glob::matches(std::string_view text) const {
  if (!text.starts_with(prefix_)) return false;
  if (elements_.empty()) return text.size() == prefix_.size();
  if (elements_.size() == 1 && elements_[0].kind == Element::Kind::any_run) return true;
  return matches_elements(text.substr(prefix_.size()));
}

bool Glob::matches_elements(std::string_view text) const {
  std::size_t at = 0;
  std::optional<std::size_t> after_run;  // where to go on when the last `*` takes one more
  std::string_view run_rest;             // what it has not taken yet
  while (!text.empty()) {
    if (at < elements_.size() && elements_[at].kind == Element::Kind::any_run) {
      if (++at == elements_.size()) return true;
      after_run = at;
      run_rest = text;
      continue;
    }
    std::string_view rest = text;
    if (at < elements_.size() && elements_[at].takes(take_character(rest))) {
      text = rest;
      ++at;
    } else if (after_run) {
      take_character(run_rest);
      text = run_rest;
      at = *after_run;
    } else {
      return false;
    }
  }
  return std::ranges::all_of(elements_.begin() + static_cast<std::ptrdiff_t>(at), elements_.end(),
                             [](const Element& e) { return e.kind == Element::Kind::any_run; });
}

}  // namespace deskd::rules
