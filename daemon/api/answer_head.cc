#include "daemon/api/answer_head.h"

#include <charconv>

#include <boost/beast/http/status.hpp>

#include "config/encoding.h"

namespace deskd::api {

namespace {

void append(std::string& out, std::size_t number) {
  char digits[20];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, end);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

bool has_body(std::uint16_t status) { return status != 204 && status != 304; }

std::string answer_head(const connectors::HttpAnswer& answer, const AnswerFrame& frame) {
  namespace http = boost::beast::http;
  const auto reason = http::obsolete_reason(static_cast<http::status>(answer.status));
  std::string head;
  head.reserve(256);
  head += frame.version == 10 ? "HTTP/1.0 " : "HTTP/1.1 ";
  append(head, answer.status);
  head.append(" ").append(reason.data(), reason.size()).append("\r\n");
  append_field(head, "Date", frame.date);
  for (const auto& [name, value] : answer.headers) {
    append_field(head, name, config::printable(value));
  }
  if (has_body(answer.status)) {
    if (!answer.body.empty()) append_field(head, "Content-Type", answer.content_type);
    head += "Content-Length: ";
    append(head, answer.body.size());
    head += "\r\n";
  }
  const bool is_default = frame.keep_alive == (frame.version == 11);
  if (!is_default)
    head += frame.keep_alive ? "Connection: keep-alive\r\n" : "Connection: close\r\n";
  head += "\r\n";
  return head;
}

}  // namespace deskd::api
