#pragma once
// What stands before the body of an answer on the wire.

#include <string>
#include <string_view>

#include "connectors/webhook/http_message.h"

namespace deskd::api {

struct AnswerFrame {
  unsigned version = 11;  // of the request: 10 or 11
  bool keep_alive = false;
  std::string_view date;
};

/// Status 204 and 304 have neither body nor length (RFC 9110, section 8.6); of any other answer the
/// length is that of its body, also when it answers HEAD and the body is not sent.
bool has_body(std::uint16_t status);

/// Status line and header, with the empty line that ends it. Control characters in values are made
/// visible, so that no value can add a header.
std::string answer_head(const connectors::HttpAnswer& answer, const AnswerFrame& frame);

}  // namespace deskd::api
