#include "config/place.h"

#include "config/encoding.h"

namespace deskd::config {

namespace {

constexpr std::size_t shown_bytes_max = 200;

}  // namespace

std::string_view whole_line(const SourceFile& file, std::uint32_t line) {
  if (line == 0) return {};
  std::string_view rest = file.text;
  for (std::uint32_t skipped = 1; skipped < line; ++skipped) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
  std::string_view text = rest.substr(0, rest.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

std::string_view line_text(const SourceFile& file, std::uint32_t line) {
  const std::string_view whole = whole_line(file, line);
  if (whole.size() <= shown_bytes_max) return whole;
  std::size_t end = 0;
  while (true) {
    const std::size_t length = utf8_length(whole.substr(end));
    const std::size_t next = end + (length > 0 ? length : 1);
    if (next > shown_bytes_max) return whole.substr(0, end);
    end = next;
  }
}

}  // namespace deskd::config
