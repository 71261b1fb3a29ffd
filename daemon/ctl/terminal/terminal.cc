#include "daemon/ctl/terminal/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>

namespace deskd::ctl {

namespace {

constexpr std::size_t width_min = 20;  // narrower, and no table can be read

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::optional<std::size_t> width_of_output(bool is_terminal) {
  const std::string_view columns = environment("COLUMNS");
  std::size_t width = 0;
  const auto [end, error] = std::from_chars(columns.data(), columns.data() + columns.size(), width);
  if (error == std::errc{} && end == columns.data() + columns.size() && width >= width_min) {
    return width;
  }
  winsize size{};
  if (!is_terminal || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return std::nullopt;
  if (size.ws_col < width_min) return std::nullopt;
  return size.ws_col;
}

std::string_view escape(Colour colour) {
  switch (colour) {
    case Colour::none:
      return "";
    case Colour::bold:
      return "\x1b[1m";
    case Colour::dim:
      return "\x1b[2m";
    case Colour::red:
      return "\x1b[31m";
    case Colour::yellow:
      return "\x1b[33m";
    case Colour::green:
      return "\x1b[32m";
    case Colour::cyan:
      return "\x1b[36m";
  }
  return "";
}

}  // namespace

Terminal Terminal::of_output() {
  const bool is_terminal = ::isatty(STDOUT_FILENO) == 1;
  return {
      .width = width_of_output(is_terminal),
      .colours = is_terminal && environment("NO_COLOR").empty() && environment("TERM") != "dumb"};
}

std::string Terminal::paint(std::string_view text, Colour colour) const {
  if (!colours || colour == Colour::none) return std::string{text};
  return std::string{escape(colour)}.append(text).append("\x1b[0m");
}

Colour severity_colour(std::string_view severity) {
  if (severity == "critical" || severity == "major") return Colour::red;
  if (severity == "minor" || severity == "warning") return Colour::yellow;
  return Colour::none;
}

Colour state_colour(std::string_view state) {
  if (state == "new" || state == "firing") return Colour::yellow;
  if (state == "resolved" || state == "cleared") return Colour::green;
  if (state == "closed" || state == "cancelled") return Colour::dim;
  return Colour::none;
}

}  // namespace deskd::ctl
