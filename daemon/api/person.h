#pragma once
// Who sends a request, and whether they may.

#include <expected>
#include <string_view>

#include "connectors/webhook/http_message.h"
#include "daemon/desk/action.h"
#include "daemon/setup/people.h"

namespace deskd::api {

/// Who sends a request, if that may do what `needed` may. Without tokens the header X-Desk-Actor,
/// marked as claimed, since nothing proves it; without one "anonymous". With tokens that header
/// says nothing. Errors are 400 (no name, or several Authorization headers), 401 (no token, or
/// nobody's) and 403 (names the role that is needed).
std::expected<desk::Actor, connectors::HttpAnswer> admit(const connectors::HttpRequest& request,
                                                         daemon::Role needed,
                                                         const daemon::People& people);

/// A browser says where a page came from; a page of another site must not act in its reader's name.
bool is_cross_site(const connectors::HttpRequest& request);

/// Its Host is an address or localhost, or it has none, as no browser's. Any other name may be that
/// of a site whose owner lets it point at this machine: the browser takes a page from there for one
/// of ours (DNS rebinding).
bool is_to_this_machine(const connectors::HttpRequest& request);

}  // namespace deskd::api
