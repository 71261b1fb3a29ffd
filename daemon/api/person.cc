#include "daemon/api/person.h"

#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "config/encoding.h"
#include "config/limits.h"
#include "config/reader.h"

namespace deskd::api {

namespace json = boost::json;
using connectors::HttpAnswer;
using connectors::problem;

namespace {

// Deeper than any action's body; a stack of brackets ends here.
constexpr std::size_t body_depth_max = 4;
constexpr std::array<std::string_view, 1> known_keys{"text"};

std::expected<std::optional<std::uint64_t>, HttpAnswer> if_version(std::string_view header) {
  if (header.empty() || header == "*") return std::nullopt;
  if (header.size() >= 2 && header.front() == '"' && header.back() == '"') {
    header = header.substr(1, header.size() - 2);
  }
  std::uint64_t version = 0;
  const char* const end = header.data() + header.size();
  const auto [stopped, error] = std::from_chars(header.data(), end, version);
  if (error == std::errc{} && stopped == end) return version;
  return std::unexpected(problem(400, "If-Match wants the incident's version, a number"));
}

std::expected<std::string, HttpAnswer> text_in(const json::value& body) {
  const auto* object = body.if_object();
  if (object == nullptr) return std::unexpected(problem(400, "the body is no JSON object"));
  std::string text;
  for (const auto& member : *object) {
    const std::string_view key(member.key());
    if (key != "text") {
      return std::unexpected(problem(400, fmt::format("unknown key '{}'{}", config::printable(key),
                                                      config::nearest_hint(key, known_keys))));
    }
    const auto* value = member.value().if_string();
    if (value == nullptr) return std::unexpected(problem(400, "'text' is no text"));
    text.assign(value->data(), value->size());
  }
  return text;
}

std::expected<std::string, HttpAnswer> text_of(const connectors::HttpRequest& request) {
  if (request.body.empty()) return std::string{};
  if (request.body.size() > limits::action_body_bytes_max) {
    return std::unexpected(problem(413, fmt::format("the body of an action has at most {} bytes",
                                                    limits::action_body_bytes_max)));
  }
  if (!request.header("content-type").starts_with("application/json")) {
    return std::unexpected(problem(
        415, "the body of an action is JSON: send the header Content-Type: application/json"));
  }
  json::error_code error;
  json::parse_options options;
  options.max_depth = body_depth_max;
  const auto body = json::parse(request.body, error, {}, options);
  if (error) {
    return std::unexpected(problem(400, fmt::format("the body is no JSON: {}", error.message())));
  }
  auto text = text_in(body);
  if (text && text->size() > limits::note_bytes_max) {
    return std::unexpected(
        problem(413, fmt::format("'text' has at most {} bytes", limits::note_bytes_max)));
  }
  return text;
}

}  // namespace

std::expected<desk::Actor, HttpAnswer> actor_of(const connectors::HttpRequest& request) {
  const auto claimed = request.header("x-desk-actor");
  if (claimed.empty()) return desk::Actor{desk::Actor::Kind::claimed_person, "anonymous"};
  if (claimed.size() > limits::actor_bytes_max || config::printable(claimed) != claimed) {
    return std::unexpected(problem(
        400, fmt::format("X-Desk-Actor is a name of at most {} bytes", limits::actor_bytes_max)));
  }
  return desk::Actor{desk::Actor::Kind::claimed_person, std::string(claimed)};
}

std::expected<Words, HttpAnswer> words_of(const connectors::HttpRequest& request, bool is_needed) {
  if (!request.header("idempotency-key").empty()) {
    return std::unexpected(problem(400, "Idempotency-Key is not supported for actions yet"));
  }
  auto text = text_of(request);
  if (!text) return std::unexpected(std::move(text.error()));
  if (is_needed && text->empty()) {
    return std::unexpected(problem(400, R"(a note needs {"text": "…"})"));
  }
  const auto version = if_version(request.header("if-match"));
  if (!version) return std::unexpected(version.error());
  return Words{std::move(*text), *version};
}

bool is_cross_site(const connectors::HttpRequest& request) {
  const auto origin = request.header("origin");
  if (origin.empty()) return false;
  const auto host = request.header("host");
  return origin != fmt::format("http://{}", host) && origin != fmt::format("https://{}", host);
}

}  // namespace deskd::api
