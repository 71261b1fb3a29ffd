#pragma once
// Text of unknown origin made fit for a terminal: no control characters, and a width in columns.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace deskd::ctl {

/// `text` on one line: a line end or tab becomes a space; other control characters, bidirectional
/// overrides and bytes that are no UTF-8 become U+FFFD, so that an alert can't steer the terminal.
std::string one_line(std::string_view text);

/// The same, but line ends stay: for texts that are shown as a paragraph.
std::string paragraph(std::string_view text);

/// Columns that `text` takes on a terminal: wide characters (East Asian, emoji) two, combining
/// marks none. Expects what `one_line` returned.
std::size_t display_width(std::string_view text);

/// `text` in at most `width` columns, its end replaced by "…" where it is longer.
std::string cut(std::string_view text, std::size_t width);

/// `text` in pieces of at most `width` columns (2 at least), parted at spaces where there are any,
/// else within a word. At least one piece.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

}  // namespace deskd::ctl
