#pragma once
// What a request line asks for: path and query, percent-decoded.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace deskd::api {

struct Target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;  // in order; `+` is a space here
};

/// Of a request target as it stands in the request line (RFC 9112 section 3.2: `/path?query`, or an
/// absolute URI, of which scheme and authority are dropped). Nothing when it is longer than
/// limits::target_bytes_max, has a bad escape, more than limits::parameters_max parameters, or what
/// it decodes to is no UTF-8 or holds control characters.
std::optional<Target> parse_target(std::string_view text);

}  // namespace deskd::api
