#pragma once
// What is looked at before a body is decoded: who sends, what it is, and how it is packed.

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/source.h"
#include "connectors/webhook/http_message.h"

namespace deskd::connectors {

/// A request that is turned away before its alerts are known.
struct RequestRefused {
  HttpAnswer answer;
  std::string reason;  // for counting: "auth", "media_type", "too_large" …
  std::string user;    // as claimed
  std::string detail;
};

/// Method, credentials, type and Idempotency-Key. Nothing: the body may be read.
std::optional<RequestRefused> check_request(const Source& source, const HttpRequest& request);

/// The type alone, for who needs no leave of the source.
std::optional<RequestRefused> check_type(const HttpRequest& request);

/// Takes the body out of the request, inflated where it came as gzip.
std::expected<std::string, RequestRefused> read_body(HttpRequest& request);

/// What an Idempotency-Key is remembered under; nothing without one.
std::optional<std::string> repeat_key(const Source& source, const HttpRequest& request);

}  // namespace deskd::connectors
