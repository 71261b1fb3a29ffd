#include "daemon/api/acting/once.h"

#include <xxhash.h>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "config/limits.h"

namespace deskd::api {

using connectors::HttpAnswer;

namespace {

/// A header holds no zero byte and an actor no control character, so no two wishes share a key.
std::string key_of(const Call& call, std::string_view senders_key) {
  const bool is_proved = call.actor.kind == desk::Actor::Kind::person;
  return fmt::format("api/{}{}{}{}{}{}", is_proved ? "proved/" : "claimed/", call.actor.name, '\0',
                     call.request.path, '\0', senders_key);
}

std::uint64_t hash_of(const connectors::HttpRequest& request) {
  std::string wanted(request.header("if-match"));
  wanted += '\0';
  wanted += request.body;
  return XXH3_64bits(wanted.data(), wanted.size());
}

}  // namespace

std::expected<std::optional<Once>, HttpAnswer> once_of(const Call& call) {
  const auto senders_key = call.request.header("idempotency-key");
  if (senders_key.empty()) return std::nullopt;
  if (senders_key.size() > limits::idempotency_key_bytes_max) {
    return std::unexpected(
        connectors::problem(400, fmt::format("the Idempotency-Key is longer than {} bytes",
                                             limits::idempotency_key_bytes_max)));
  }
  return Once{key_of(call, senders_key), hash_of(call.request)};
}

HttpAnswer answer_again(const ledger::RepeatAnswer& first, const Once& once) {
  if (first.body_hash != once.body_hash) {
    return connectors::problem(
        422, "this Idempotency-Key came with another body before: take a new key");
  }
  HttpAnswer answer;
  answer.status = first.status;
  answer.body = first.answer;
  if (answer.status >= 400) answer.content_type = "application/problem+json";
  if (answer.status == 201) add_location(answer);
  answer.headers.emplace_back("Idempotency-Replayed", "true");
  return answer;
}

void add_location(HttpAnswer& answer) {
  boost::json::error_code error;
  const auto body = boost::json::parse(answer.body, error);
  const auto* incident = body.if_object();
  const auto* id = incident == nullptr ? nullptr : incident->if_contains("id");
  if (id == nullptr || !id->is_string()) return;
  answer.headers.emplace_back(
      "Location", fmt::format("/api/v1/incidents/{}", std::string_view(id->get_string())));
}

}  // namespace deskd::api
