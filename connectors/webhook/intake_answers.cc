#include "connectors/webhook/intake_answers.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <span>
#include <string>
#include <utility>

#include "connectors/judged_batch.h"

namespace deskd::connectors {
namespace {

namespace json = boost::json;

std::span<const ElementError> errors_of(const Decoded& decoded) {
  if (decoded.fatal) return {&*decoded.fatal, 1};
  return decoded.errors;
}

std::string summary(std::uint64_t accepted, const Decoded& decoded) {
  if (decoded.fatal) return "the body holds no alerts that can be read";
  return fmt::format("{} of {} alerts are malformed", decoded.malformed,
                     accepted + decoded.malformed);
}

std::string_view error_type(SourceKind kind) {
  return kind == SourceKind::alertmanager_api ? "application/json" : "application/problem+json";
}

HttpAnswer webhook_errors(std::uint64_t accepted, const Decoded& decoded) {
  json::array errors;
  for (const ElementError& error : errors_of(decoded)) {
    errors.push_back(
        json::object{{"index", error.index}, {"pointer", error.pointer}, {"detail", error.detail}});
  }
  const json::object body{{"type", "about:blank"},
                          {"title", "Bad Request"},
                          {"status", 400},
                          {"detail", summary(accepted, decoded)},
                          {"accepted", accepted},
                          {"malformed", decoded.malformed},
                          {"errors", std::move(errors)}};
  return {.status = 400,
          .content_type = std::string(error_type(SourceKind::webhook)),
          .body = json::serialize(body),
          .headers = {}};
}

/// Alertmanager's 400 is one JSON text, which amtool shows as it is.
HttpAnswer api_errors(std::uint64_t accepted, const Decoded& decoded) {
  std::string text = summary(accepted, decoded);
  std::string_view separator = ": ";
  for (const ElementError& error : errors_of(decoded)) {
    text.append(std::exchange(separator, "; ")).append(one_line(error));
  }
  return {.status = 400,
          .content_type = std::string(error_type(SourceKind::alertmanager_api)),
          .body = json::serialize(json::string(text)),
          .headers = {}};
}

}  // namespace

HttpAnswer taken(SourceKind kind, std::uint64_t accepted, const Decoded& decoded) {
  if (decoded.malformed > 0) {
    return kind == SourceKind::alertmanager_api ? api_errors(accepted, decoded)
                                                : webhook_errors(accepted, decoded);
  }
  if (kind == SourceKind::alertmanager_api) return {.status = 200, .body = "", .headers = {}};
  return {.status = 202, .body = fmt::format(R"({{"accepted":{}}})", accepted), .headers = {}};
}

HttpAnswer settled(SourceKind kind, Settlement settlement, HttpAnswer planned) {
  switch (settlement.kind) {
    case Settlement::Kind::durable:
      return planned;
    case Settlement::Kind::repeated: {
      HttpAnswer again{
          .status = settlement.status, .body = std::move(settlement.answer), .headers = {}};
      if (again.status >= 400) again.content_type = error_type(kind);
      return again;
    }
    case Settlement::Kind::conflict:
      return problem(422, "this Idempotency-Key came with another body before");
    case Settlement::Kind::full:
      return try_again("there is no room for more alerts of this source now");
    case Settlement::Kind::rejected:
      break;
  }
  return try_again("deskd is stopping and has not stored these alerts");
}

}  // namespace deskd::connectors
