#include "daemon/api/answer_head.h"

#include <iterator>

#include <fmt/format.h>
#include <boost/beast/http/status.hpp>

#include "config/encoding.h"

namespace deskd::api {

bool has_body(std::uint16_t status) { return status != 204 && status != 304; }

std::string answer_head(const connectors::HttpAnswer& answer, const AnswerFrame& frame) {
  namespace http = boost::beast::http;
  const auto reason = http::obsolete_reason(static_cast<http::status>(answer.status));
  std::string head;
  head.reserve(256);
  const auto out = std::back_inserter(head);
  fmt::format_to(out, "HTTP/1.{} {} {}\r\nDate: {}\r\n", frame.version % 10, answer.status,
                 std::string_view(reason.data(), reason.size()), frame.date);
  for (const auto& [name, value] : answer.headers) {
    fmt::format_to(out, "{}: {}\r\n", name, config::printable(value));
  }
  if (has_body(answer.status)) {
    if (!answer.body.empty()) fmt::format_to(out, "Content-Type: {}\r\n", answer.content_type);
    fmt::format_to(out, "Content-Length: {}\r\n", answer.body.size());
  }
  const bool is_default = frame.keep_alive == (frame.version == 11);
  if (!is_default) head += frame.keep_alive ? "Connection: keep-alive\r\n" : "Connection: close\r\n";
  head += "\r\n";
  return head;
}

}  // namespace deskd::api
