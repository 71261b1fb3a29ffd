#pragma once
// One configured source, as deskd.yaml describes it: what may come in by it and how it is read.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/limits.h"
#include "config/secret.h"
#include "rules/severity.h"
#include "rules/time.h"

namespace deskd::connectors {

enum class SourceKind : std::uint8_t { webhook, alertmanager_api };

/// Basic auth or a bearer token, whichever is set.
struct SourceAuth {
  std::string user;  // empty: bearer token
  config::Secret secret;
};

/// How one format reads a body; made by the format registry from the source's keys
/// (connectors/webhook/format.h).
class Format;

/// Immutable part of a setup; shared with the batches that came in by it.
struct Source {
  std::string name;
  SourceKind kind = SourceKind::webhook;
  std::string format;  // "alertmanager", "generic"; alertmanager_api: "alertmanager_api"
  std::optional<SourceAuth> auth;
  std::size_t lane_bytes = limits::lane_bytes_default;
  rules::SeverityWords severity;
  std::shared_ptr<const Format> reader;  // never null in a checked setup
};

}  // namespace deskd::connectors
