#pragma once
// The answers that all parts of the interface give alike.

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "connectors/webhook/http_message.h"
#include "daemon/core/core_thread.h"
#include "daemon/desk/action.h"

namespace deskd::api {

connectors::HttpAnswer json_answer(std::uint16_t status, const boost::json::value& body);
/// The same where the JSON stands in a text already.
connectors::HttpAnswer written_answer(std::uint16_t status, std::string json);
connectors::HttpAnswer text_answer(std::uint16_t status, std::string text);

/// 404, 409, 412 or 400.
std::uint16_t status_of(desk::Refusal::Kind kind);
/// What the desk refused, as problem JSON.
connectors::HttpAnswer refusal_answer(const desk::Refusal& refusal);
/// 503 with Retry-After: the core did not take the question.
connectors::HttpAnswer busy_answer(std::string_view reason);
/// Says in `Desk-Unconfirmed` that the answer may show what is not durable yet.
void mark(connectors::HttpAnswer& answer, const daemon::Confirmation& confirmation);

}  // namespace deskd::api
