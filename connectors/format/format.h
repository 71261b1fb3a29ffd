#pragma once
// How the body of a message becomes alerts: one class a format, chosen by name.

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/reader.h"
#include "connectors/batch.h"
#include "connectors/format/kafka_envelope.h"
#include "rules/severity.h"

namespace deskd::connectors {

/// One bad element of a body: which, where in it, and why.
struct ElementError {
  std::size_t index =
      0;                // of the element in the body's list of alerts; 0 when the body is one alert
  std::string pointer;  // RFC 6901, from the body's root: "/alerts/3/status"
  std::string detail;
  std::uint32_t offset = ElementPlace::unknown;  // in the body
};

/// What a format needs to know of its source and moment.
struct DecodeSettings {
  const rules::SeverityWords* severity = nullptr;
  rules::Time received_at;
  std::string_view body = {};  // the part of `batch.received()` to read; without data: all of it
  rules::Duration max_skew =
      std::chrono::minutes{10};  // event times are clamped to received_at + this
  rules::Duration resolve_timeout = std::chrono::minutes{5};  // API v2 without endsAt
  const KafkaEnvelope* kafka = nullptr;                       // of the message; null: no Kafka
};

struct Decoded {
  std::vector<ElementError> errors;  // the first limits::errors_in_answer_max
  std::uint64_t malformed = 0;       // all bad elements
  std::uint64_t severity_unknown = 0;
  std::uint64_t event_time_clamped = 0;
  std::size_t written = 0;  // of its alerts: what `Batch::written` grew by
  std::optional<ElementError>
      fatal;  // the body itself is bad: no alert was taken (malformed counts 1)
};

/// Immutable; any thread. Adds to `batch.alerts` what the body holds, in order; a bad element is
/// left out and told. Every byte is hostile: depth, sizes and counts are bounded by limits.h. Sets
/// all alert fields but `source`.
class Format {
 public:
  virtual ~Format() = default;
  virtual Decoded decode(Batch& batch, const DecodeSettings& settings) const = 0;
  /// Whether it looks at what stands beside a Kafka message; else nobody needs to bring that.
  virtual bool reads_envelope() const { return false; }
};

/// Decodes `batch.received()` as a message that came in by `source` at `batch.received_at`, and
/// sets the alerts' source.
Decoded decode(const Source& source, const Judging& judging, Batch& batch);

/// One message of the several that a batch is made of.
struct MessagePart {
  std::string_view body;  // a part of `batch.received()`
  rules::Time received_at;
  const KafkaEnvelope* kafka = nullptr;  // what stands beside the body; null: no Kafka
};
Decoded decode(const Source& source, const Judging& judging, const MessagePart& part, Batch& batch);

/// What a format is made from.
struct FormatPlan {
  SourceKind kind = SourceKind::webhook;  // of the source
  config::MapReader& source;              // for the keys that the format has of its own
  config::Problems& problems;
};

/// The names that `format:` takes, for hints.
std::span<const std::string_view> format_names();
/// Reads the keys that the named format has of its own (`mapping`, `ignore_labels`) and makes it.
/// `name` may also be "alertmanager_api". Nothing when there was a problem.
std::shared_ptr<const Format> make_format(std::string_view name, const FormatPlan& plan);

}  // namespace deskd::connectors
