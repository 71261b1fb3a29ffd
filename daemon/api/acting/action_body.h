#pragma once
// What people may write with an action: bodies as the desk understands them.

#include "connectors/webhook/http_message.h"
#include "daemon/api/acting/json_body.h"
#include "daemon/desk/action.h"

namespace deskd::api {

// Each asks for all keys of its body; the caller asks `body` for the fault. None knows who acts.
desk::Action read_action(JsonBody& body, desk::ActionKind kind);
desk::NewIncident read_new_incident(JsonBody& body);
/// `text` or `reason`, which are the same thing.
std::string read_text(JsonBody& body);

/// The version that If-Match names, quoted or not; nothing: none, or any ("*").
std::expected<std::optional<std::uint64_t>, connectors::HttpAnswer> if_version(
    const connectors::HttpRequest& request);

/// Every action, by number.
std::span<const std::string_view> action_names();

}  // namespace deskd::api
