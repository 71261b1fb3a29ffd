#include "daemon/api/views/json_text.h"

#include <array>

#include "daemon/desk/incident.h"

namespace deskd::api {

namespace {

constexpr std::string_view hexadecimal = "0123456789abcdef";

/// Which bytes can't stand in a JSON text as they are (RFC 8259, section 7).
constexpr auto is_escaped = [] {
  std::array<bool, 256> escaped{};
  for (std::size_t c = 0; c < 0x20; ++c) escaped[c] = true;
  escaped['"'] = escaped['\\'] = true;
  return escaped;
}();

void put_escaped(std::string& out, char c) {
  out += '\\';
  switch (c) {
    case '"':
    case '\\':
      out += c;
      return;
    case '\b':
      out += 'b';
      return;
    case '\f':
      out += 'f';
      return;
    case '\n':
      out += 'n';
      return;
    case '\r':
      out += 'r';
      return;
    case '\t':
      out += 't';
      return;
    default:
      out += "u00";
      out += hexadecimal[static_cast<std::size_t>(c) >> 4];
      out += hexadecimal[static_cast<std::size_t>(c) & 0xF];
  }
}

}  // namespace

void JsonText::text(std::string_view value) {
  separate();
  out_ += '"';
  std::size_t done = 0;
  for (std::size_t at = 0; at < value.size(); ++at) {
    if (!is_escaped[static_cast<unsigned char>(value[at])]) continue;
    out_ += value.substr(done, at - done);
    put_escaped(out_, value[at]);
    done = at + 1;
  }
  out_ += value.substr(done);
  out_ += '"';
}

void JsonText::text_or_null(std::string_view value) {
  if (value.empty()) return null();
  text(value);
}

void JsonText::time(rules::Time value) {
  if (!rules::is_known(value)) return null();
  text(rules::rfc3339(value));
}

void JsonText::shown_id(std::uint64_t value) { text(desk::shown_id(value)); }

void JsonText::id_or_null(std::uint64_t value) {
  if (value == 0) return null();
  shown_id(value);
}

}  // namespace deskd::api
