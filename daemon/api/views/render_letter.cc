#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>

#include "config/encoding.h"
#include "daemon/api/views/letters.h"
#include "daemon/api/views/render.h"

namespace deskd::api {

namespace json = boost::json;

namespace {

/// RFC 4648, section 4.
std::string base64(std::string_view bytes) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(3, bytes.size()))) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = bits << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text += i <= bytes.size() ? alphabet[bits >> (18 - 6 * i) & 63U] : '=';
    }
  }
  return text;
}

/// `name` has what is text, `name`_base64 what is none; the other one is null.
void put_bytes(json::object& out, const std::string& name, std::string_view bytes) {
  const bool is_text = config::is_utf8(bytes);
  out[name] = is_text ? text_or_null(bytes) : json::value(nullptr);
  out[name + "_base64"] = is_text ? json::value(nullptr) : json::value(base64(bytes));
}

}  // namespace

json::object render(const LetterView& view) {
  const ledger::DeadLetter& letter = view.letter;
  json::object out;
  out["id"] = daemon::shown_id(letter.id);
  out["source"] = view.source;
  out["topic"] = letter.topic;
  out["partition"] = letter.partition;
  out["offset"] = letter.offset;
  out["at"] = render(letter.at);
  out["reason"] = letter.reason;
  put_bytes(out, "key", letter.key);
  out["value_bytes"] = letter.value_bytes;
  out["cut"] = letter.is_cut;
  out["taken"] = letter.taken.size();
  return out;
}

json::object render_whole(const LetterView& view) {
  json::object out = render(view);
  put_bytes(out, "value", view.letter.value);
  json::array headers;
  for (const auto& [name, value] : view.letter.headers) {
    json::object header;
    put_bytes(header, "name", name);
    put_bytes(header, "value", value);
    headers.push_back(std::move(header));
  }
  out["headers"] = std::move(headers);
  return out;
}

}  // namespace deskd::api
