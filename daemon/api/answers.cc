#include "daemon/api/answers.h"

#include <string>
#include <utility>

#include <boost/json/serialize.hpp>

namespace deskd::api {

std::uint16_t status_of(desk::Refusal::Kind kind) {
  switch (kind) {
    case desk::Refusal::Kind::not_found:
      return 404;
    case desk::Refusal::Kind::wrong_state:
      return 409;
    case desk::Refusal::Kind::wrong_version:
      return 412;
    case desk::Refusal::Kind::held:
      return 409;
    case desk::Refusal::Kind::bad_request:
      return 400;
  }
  return 500;
}

connectors::HttpAnswer json_answer(std::uint16_t status, const boost::json::value& body) {
  return written_answer(status, boost::json::serialize(body));
}

connectors::HttpAnswer written_answer(std::uint16_t status, std::string json) {
  connectors::HttpAnswer answer;
  answer.status = status;
  answer.body = std::move(json);
  answer.body += '\n';
  return answer;
}

connectors::HttpAnswer text_answer(std::uint16_t status, std::string text) {
  return {status, "text/plain; charset=utf-8", std::move(text), {}};
}

connectors::HttpAnswer refusal_answer(const desk::Refusal& refusal) {
  return connectors::problem(status_of(refusal.kind), refusal.detail);
}

connectors::HttpAnswer busy_answer(std::string_view reason) {
  return connectors::try_again(reason);
}

void mark(connectors::HttpAnswer& answer, const daemon::Confirmation& confirmation) {
  if (confirmation.kind != daemon::Confirmation::Kind::unconfirmed) return;
  answer.headers.emplace_back("Desk-Unconfirmed", confirmation.reason);
}

}  // namespace deskd::api
