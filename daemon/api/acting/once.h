#pragma once
// Idempotency-Key on actions: a repeat gets the first answer and changes nothing.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "connectors/webhook/http_message.h"
#include "daemon/api/router.h"
#include "daemon/ledger/states.h"

namespace deskd::api {

/// A wish to act once. Its key holds who acts, where, and the sender's key, so that nobody meets
/// the answer that was given to another.
struct Once {
  std::string key;
  std::uint64_t body_hash = 0;  // of what is wanted: the body and If-Match
};

/// Nothing without the header; 400 when the key is too long. Routes that act take no query, so the
/// path says all about the place.
std::expected<std::optional<Once>, connectors::HttpAnswer> once_of(const Call& call);

/// The answer to a key that is known: the first one again, or 422 when something else is wanted.
connectors::HttpAnswer answer_again(const ledger::RepeatAnswer& first, const Once& once);

/// Says where a new incident is found, by the body that shows it.
void add_location(connectors::HttpAnswer& answer);

}  // namespace deskd::api
