#include "connectors/format/format.h"

#include <fmt/format.h>

#include <array>

#include "connectors/format/alertmanager.h"
#include "connectors/format/alertmanager_api.h"
#include "connectors/format/generic.h"

namespace deskd::connectors {

Decoded decode(const Source& source, const Judging& judging, Batch& batch) {
  const DecodeSettings settings{.severity = &source.severity,
                                .received_at = batch.received_at,
                                .max_skew = judging.max_skew,
                                .resolve_timeout = judging.resolve_timeout};
  Decoded decoded = source.reader->decode(batch, settings);
  for (rules::Alert& alert : batch.alerts) alert.source = batch.source;
  return decoded;
}

std::span<const std::string_view> format_names() {
  static constexpr std::array<std::string_view, 2> names{"alertmanager", "generic"};
  return names;
}

std::shared_ptr<const Format> make_format(std::string_view name, config::MapReader& source,
                                          const config::Node& place, config::Problems& problems) {
  if (name == "alertmanager") {
    return std::make_shared<const AlertmanagerFormat>(PrometheusLabels::read(source, problems));
  }
  if (name == "alertmanager_api") {
    return std::make_shared<const AlertmanagerApiFormat>(PrometheusLabels::read(source, problems));
  }
  if (name == "generic") {
    const config::Node* node = source.optional("mapping");
    auto mapping = node == nullptr ? default_mapping() : read_mapping(*node, problems);
    if (mapping == nullptr) return nullptr;
    return std::make_shared<const GenericFormat>(std::move(mapping));
  }
  problems.error(place.place(), fmt::format("there is no format '{}'{}", name,
                                            config::nearest_hint(name, format_names())));
  return nullptr;
}

}  // namespace deskd::connectors
