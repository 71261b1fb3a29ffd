#pragma once
// UTF-8 by the character, for texts that may be damaged.

#include <cstddef>
#include <string_view>

namespace deskd::rules {

/// Takes the first character off a text that is not empty. A byte that begins no well-formed
/// character (RFC 3629) comes alone, as a code beyond Unicode, so that it equals itself only.
char32_t take_character(std::string_view& text);

/// The longest beginning of `text` with at most `bytes` bytes that does not end inside a character.
std::string_view cut_bytes(std::string_view text, std::size_t bytes);
/// The first `characters` characters.
std::string_view cut_characters(std::string_view text, std::size_t characters);

}  // namespace deskd::rules
