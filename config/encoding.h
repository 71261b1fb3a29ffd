#pragma once
// Which bytes may stand in a text file that people wrote: UTF-8 without control characters.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace deskd::config {

/// The length in bytes of the character that `text` begins with, by RFC 3629 (no overlong forms, no
/// surrogates, nothing above U+10FFFF); 0 when it begins with none.
std::size_t utf8_length(std::string_view text);

/// Whether all of `text` is UTF-8.
bool is_utf8(std::string_view text);

/// The first byte that must not stand in a file.
struct EncodingFault {
  std::size_t offset = 0;
  std::string message;
};

/// Looks for bytes that are not UTF-8, and for control characters other than tab and line ends
/// (`\n`, `\r\n`). YAML 1.2, section 5.1 refuses the same ones.
std::optional<EncodingFault> find_encoding_fault(std::string_view text);

/// Bytes of two hexadecimal digits each, with spaces or colons between them or without, `0x` before
/// them or not. Nothing when `text` is something else.
std::optional<std::string> parse_hex(std::string_view text);

/// `text` for a terminal: what is no UTF-8 and every control character, tabs too, becomes `?`.
std::string printable(std::string_view text);

}  // namespace deskd::config
