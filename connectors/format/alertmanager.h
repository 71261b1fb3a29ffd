#pragma once
// The body of Alertmanager's webhook, version 4: a group of alerts, each with a status of its own.

#include "connectors/format/format.h"
#include "connectors/format/prometheus.h"
#include "connectors/format/sender_time.h"

namespace deskd::connectors {

/// Immutable; any thread. Never uses the group's status: a group fires while some of its alerts are
/// resolved.
class AlertmanagerFormat : public Format {
 public:
  static std::shared_ptr<const Format> make(const FormatPlan& plan);
  explicit AlertmanagerFormat(PrometheusLabels labels) : labels_(std::move(labels)) {}
  Decoded decode(Batch& batch, const DecodeSettings& settings) const override;

 private:
  std::expected<Draft, Malformed> read(const JsonNode& element, AlertTimes& times,
                                       Decoding& decoding) const;

  PrometheusLabels labels_;
};

}  // namespace deskd::connectors
