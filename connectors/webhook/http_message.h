#pragma once
// A request and its answer, free of any HTTP library: what handlers see of the listener.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/time.h"

namespace deskd::connectors {

struct HttpRequest {
  std::string method;                                        // upper case
  std::string path;                                          // decoded, without query: "/in/hooks"
  std::vector<std::pair<std::string, std::string>> query;    // decoded, in order
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;  // as received, at most limits::body_bytes_max
  std::string peer;  // address:port
  rules::Time received_at;

  std::string_view header(std::string_view lower_case_name) const;  // empty when there is none
  std::string_view parameter(std::string_view name) const;          // the first of that name
};

struct HttpAnswer {
  std::uint16_t status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // Retry-After, Location …
};

/// Called exactly once for each request, on any thread.
using HttpRespond = std::move_only_function<void(HttpAnswer)>;

/// RFC 9457 problem JSON: `{"type":"about:blank","title":…,"status":…,"detail":…}`.
HttpAnswer problem(std::uint16_t status, std::string_view detail);
/// The same, 503 with Retry-After: what is too much goes by.
HttpAnswer try_again(std::string_view detail);

}  // namespace deskd::connectors
