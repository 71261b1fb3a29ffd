#pragma once
// What the other end of standard output is: how wide, and whether colours make sense.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace deskd::ctl {

enum class Colour { none, bold, dim, red, yellow, green, cyan };

struct Terminal {
  /// Nothing: no terminal, so nothing is cut.
  std::optional<std::size_t> width;
  bool colours = false;

  /// Of standard output: $COLUMNS, else what the terminal says. Colours only on a terminal, without
  /// $NO_COLOR (no-color.org) and unless $TERM is "dumb".
  static Terminal of_output();

  /// `text` in `colour`, or as it is when there are no colours.
  std::string paint(std::string_view text, Colour colour) const;
};

/// The colours of words that every table shows.
Colour severity_colour(std::string_view severity);
Colour state_colour(std::string_view state);

}  // namespace deskd::ctl
