#pragma once
// The body of POST /api/v2/alerts, as Prometheus, vmalert and amtool send it: a list of alerts that
// fire until their endsAt.

#include "connectors/format/format.h"
#include "connectors/format/prometheus.h"
#include "connectors/format/sender_time.h"

namespace deskd::connectors {

/// Immutable; any thread.
class AlertmanagerApiFormat : public Format {
 public:
  static std::shared_ptr<const Format> make(const FormatPlan& plan);
  explicit AlertmanagerApiFormat(PrometheusLabels labels) : labels_(std::move(labels)) {}
  Decoded decode(Batch& batch, const DecodeSettings& settings) const override;

 private:
  std::expected<Draft, Malformed> read(const JsonNode& element, AlertTimes& times,
                                       Decoding& decoding) const;

  PrometheusLabels labels_;
};

/// Host and port of a URL, a view into it; empty when there is none.
std::string_view authority(std::string_view url);

}  // namespace deskd::connectors
