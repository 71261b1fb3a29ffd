#pragma once
// Whether a request may send to a source: Basic (RFC 7617) or Bearer (RFC 6750).

#include <optional>
#include <string>
#include <string_view>

#include "connectors/source.h"

namespace deskd::connectors {

/// Why a request may not. Holds nothing of the secret that was tried.
struct AuthFault {
  std::string user;       // as claimed, made printable; empty for a token
  std::string detail;     // one sentence
  std::string challenge;  // for WWW-Authenticate
};

/// Nothing: the credentials in the header `authorization` are the source's. Takes the same time for
/// a wrong user as for a wrong password.
std::optional<AuthFault> check_credentials(const SourceAuth& auth, std::string_view authorization);

/// RFC 4648 section 4, with its padding; nothing for anything else.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace deskd::connectors
