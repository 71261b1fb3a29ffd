#pragma once
// What a sender of alerts is told.

#include <cstdint>
#include <string_view>

#include "connectors/format/format.h"
#include "connectors/receipt.h"
#include "connectors/source.h"
#include "connectors/webhook/http_message.h"

namespace deskd::connectors {

/// The answer once `accepted` alerts are durable. A webhook: 202 `{"accepted": n}`; with bad
/// elements 400, a problem with `accepted` and `errors`. API v2, as Alertmanager answers: an empty
/// 200, or 400 with one text.
HttpAnswer taken(SourceKind kind, std::uint64_t accepted, const Decoded& decoded);

/// The answer to a receipt that ended so; `planned` is what `taken` gave.
HttpAnswer settled(SourceKind kind, Settlement settlement, HttpAnswer planned);

}  // namespace deskd::connectors
