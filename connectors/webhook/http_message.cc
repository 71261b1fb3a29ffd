#include "connectors/webhook/http_message.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <string>

#include "config/limits.h"

namespace deskd::connectors {
namespace {

/// RFC 9110 section 15; the ones that deskd answers.
std::string_view title(std::uint16_t status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    default:
      return status < 500 ? "Bad Request" : "Internal Server Error";
  }
}

std::string_view first_named(const std::vector<std::pair<std::string, std::string>>& pairs,
                             std::string_view wanted) {
  const auto found = std::ranges::find(pairs, wanted, &std::pair<std::string, std::string>::first);
  return found == pairs.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace

std::string_view HttpRequest::header(std::string_view lower_case_name) const {
  return first_named(headers, lower_case_name);
}

std::string_view HttpRequest::parameter(std::string_view name) const {
  return first_named(query, name);
}

HttpAnswer problem(std::uint16_t status, std::string_view detail) {
  const boost::json::object body{
      {"type", "about:blank"}, {"title", title(status)}, {"status", status}, {"detail", detail}};
  return {.status = status,
          .content_type = "application/problem+json",
          .body = boost::json::serialize(body),
          .headers = {}};
}

HttpAnswer try_again(std::string_view detail) {
  HttpAnswer answer = problem(503, detail);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(limits::retry_after).count();
  answer.headers.emplace_back("Retry-After", std::to_string(seconds));
  return answer;
}

}  // namespace deskd::connectors
