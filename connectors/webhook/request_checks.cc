#include "connectors/webhook/request_checks.h"

#include <fmt/format.h>

#include <utility>

#include "config/encoding.h"
#include "config/limits.h"
#include "connectors/webhook/credentials.h"
#include "connectors/webhook/gzip.h"
#include "rules/utf8.h"

namespace deskd::connectors {
namespace {

constexpr std::string_view key_header = "idempotency-key";

RequestRefused refuse(std::uint16_t status, std::string reason, std::string detail) {
  return {problem(status, detail), std::move(reason), "", std::move(detail)};
}

RequestRefused with_header(RequestRefused refused, std::string name, std::string value) {
  refused.answer.headers.emplace_back(std::move(name), std::move(value));
  return refused;
}

/// A header's value without parameters and white space, in lower case.
std::string word(std::string_view header) {
  header = header.substr(0, header.find(';'));
  const std::size_t begin = header.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return "";
  std::string result(header.substr(begin, header.find_last_not_of(" \t") + 1 - begin));
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return result;
}

std::string shown(std::string_view text) {
  constexpr std::size_t shown_max = 100;
  return config::printable(rules::cut_bytes(text, shown_max));
}

bool is_json(const std::string& type) {
  return type == "application/json" || type == "text/json" ||
         (type.starts_with("application/") && type.ends_with("+json"));
}

std::optional<RequestRefused> check_auth(const Source& source, const HttpRequest& request) {
  if (!source.auth) return std::nullopt;
  auto fault = check_credentials(*source.auth, request.header("authorization"));
  if (!fault) return std::nullopt;
  auto refused = refuse(401, "auth", std::move(fault->detail));
  refused.user = std::move(fault->user);
  return with_header(std::move(refused), "WWW-Authenticate", std::move(fault->challenge));
}

std::optional<RequestRefused> check_repeat_key(const HttpRequest& request) {
  if (request.header(key_header).size() <= limits::idempotency_key_bytes_max) return std::nullopt;
  return refuse(400, "idempotency_key",
                fmt::format("the Idempotency-Key is longer than {} bytes",
                            limits::idempotency_key_bytes_max));
}

RequestRefused too_large(std::string_view what, std::size_t bytes_max) {
  return refuse(413, "too_large",
                fmt::format("the {} is larger than {} MiB: send fewer alerts at once", what,
                            bytes_max / limits::MiB));
}

}  // namespace

/// Only JSON types are taken, because a web page can make a browser send the types of forms, plain
/// text, or none at all to a listener on loopback without being asked first (Fetch,
/// "CORS-safelisted request-header").
std::optional<RequestRefused> check_type(const HttpRequest& request) {
  const std::string_view type = request.header("content-type");
  if (is_json(word(type))) return std::nullopt;
  const std::string got = type.empty() ? "there is none" : fmt::format("not '{}'", shown(type));
  return with_header(
      refuse(415, "media_type",
             fmt::format("the header 'Content-Type: application/json' is needed, {} (curl: -H "
                         "'Content-Type: application/json')",
                         got)),
      "Accept", "application/json");
}

std::optional<RequestRefused> check_request(const Source& source, const HttpRequest& request) {
  if (request.method != "POST") {
    return with_header(refuse(405, "method", "alerts are sent by POST"), "Allow", "POST");
  }
  if (auto refused = check_auth(source, request)) return refused;
  if (auto refused = check_type(request)) return refused;
  return check_repeat_key(request);
}

std::expected<std::string, RequestRefused> read_body(HttpRequest& request) {
  if (request.body.size() > limits::body_bytes_max) {
    return std::unexpected(too_large("body", limits::body_bytes_max));
  }
  const std::string encoding = word(request.header("content-encoding"));
  if (encoding.empty() || encoding == "identity") return std::move(request.body);
  if (encoding != "gzip" && encoding != "x-gzip") {
    return std::unexpected(with_header(
        refuse(415, "encoding",
               fmt::format("Content-Encoding '{}' is not known: send gzip, or the plain body",
                           shown(encoding))),
        "Accept-Encoding", "gzip"));
  }
  auto inflated = inflate_gzip(request.body, limits::inflated_bytes_max);
  if (inflated) return *std::move(inflated);
  if (inflated.error() == InflateFault::too_large) {
    return std::unexpected(too_large("inflated body", limits::inflated_bytes_max));
  }
  return std::unexpected(refuse(400, "gzip", "the body is no whole gzip file (RFC 1952)"));
}

std::optional<std::string> repeat_key(const Source& source, const HttpRequest& request) {
  const std::string_view key = request.header(key_header);
  if (key.empty()) return std::nullopt;
  return fmt::format("in/{}{}{}", source.name, '\0', key);
}

}  // namespace deskd::connectors
