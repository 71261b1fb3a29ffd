#pragma once
// One configured source, as deskd.yaml describes it: what may come in by it and how it is read.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "config/limits.h"
#include "config/secret.h"
#include "rules/severity.h"
#include "rules/time.h"

namespace deskd::connectors {

enum class SourceKind : std::uint8_t { webhook, alertmanager_api, kafka, snmp };
/// "webhook", "alertmanager_api" …: what `kind:` takes, in the order of the enumeration.
inline constexpr std::array<std::string_view, 4> source_kind_names{"webhook", "alertmanager_api",
                                                                   "kafka", "snmp"};

/// Whoever reaches the HTTP listener can send to it.
constexpr bool comes_by_http(SourceKind kind) {
  return kind == SourceKind::webhook || kind == SourceKind::alertmanager_api;
}

/// Basic auth or a bearer token, whichever is set.
struct SourceAuth {
  std::string user;  // empty: bearer token
  config::Secret secret;
};

/// How one format reads a body; made by the format registry from the source's keys
/// (connectors/format/format.h).
class Format;
struct KafkaSettings;
struct SnmpSettings;

/// Immutable part of a setup; shared with the batches that came in by it.
struct Source {
  std::string name;
  SourceKind kind = SourceKind::webhook;
  std::string format;  // "alertmanager", "generic", "alertmanager_api"; of kind snmp none
  std::optional<SourceAuth> auth;
  std::size_t lane_bytes = limits::lane_bytes_default;
  rules::SeverityWords severity;
  std::shared_ptr<const Format> reader;        // never null in a checked setup, but of kind snmp
  std::shared_ptr<const KafkaSettings> kafka;  // of kind kafka, else null
  std::shared_ptr<const SnmpSettings> snmp;    // of kind snmp, else null
};

}  // namespace deskd::connectors
