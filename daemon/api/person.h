#pragma once
// Who sends a request, and what they write with it.

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/webhook/http_message.h"
#include "daemon/desk/lifecycle.h"

namespace deskd::api {

/// What stands in the body of an action, and its If-Match.
struct Words {
  std::string text;
  std::optional<std::uint64_t> if_version;
};

/// The header X-Desk-Actor, marked as claimed, since nothing proves it; without one "anonymous". An
/// error is a 400.
std::expected<desk::Actor, connectors::HttpAnswer> actor_of(const connectors::HttpRequest& request);

/// Reads `{"text": …}` and If-Match strictly; an empty body is an empty text. `is_needed`: the text
/// must not be empty. Errors are 400, 413 and 415.
std::expected<Words, connectors::HttpAnswer> words_of(const connectors::HttpRequest& request,
                                                      bool is_needed);

/// A browser says where a page came from; a page of another site must not act in its reader's name.
bool is_cross_site(const connectors::HttpRequest& request);

}  // namespace deskd::api
