#pragma once
// Patterns with `*` (any run of characters), `?` (one character), `[a-z]` and `[!a-z]` (one of,
// none of); a backslash takes the next character as it is.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace deskd::rules {

/// Immutable; matches a whole text, character by character (UTF-8; a byte that is none counts as
/// one character). Looks back to the last `*` only, so its time is linear in the text.
class Glob {
 public:
  /// On failure says what is wrong with the pattern.
  static std::expected<Glob, std::string> compile(std::string_view pattern);

  bool matches(std::string_view text) const;

 private:
  struct Element {
    enum class Kind : std::uint8_t { character, any_one, any_run, one_of, none_of };
    Kind kind = Kind::character;
    char32_t character = 0;
    std::vector<std::pair<char32_t, char32_t>> ranges;
    bool takes(char32_t given) const;
  };

  static std::expected<Element, std::string> read_set(std::string_view& pattern);
  bool matches_elements(std::string_view text) const;

  std::string prefix_;             // literal, compared first
  std::vector<Element> elements_;  // what follows it
};

}  // namespace deskd::rules
