#include "connectors/format/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "connectors/format/alertmanager.h"
#include "connectors/format/alertmanager_api.h"
#include "connectors/format/generic.h"

namespace deskd::connectors {
namespace {

struct Row {
  std::string_view name;
  std::shared_ptr<const Format> (*make)(const FormatPlan& plan);
};
constexpr std::array<Row, 3> formats{{{"alertmanager", AlertmanagerFormat::make},
                                      {"generic", GenericFormat::make},
                                      {"alertmanager_api", AlertmanagerApiFormat::make}}};
constexpr std::size_t chosen_by_kind = 1;  // the last ones can't be asked for by `format`

}  // namespace

Decoded decode(const Source& source, const Judging& judging, Batch& batch) {
  return decode(source, judging, {batch.received(), batch.received_at}, batch);
}

Decoded decode(const Source& source, const Judging& judging, const MessagePart& part,
               Batch& batch) {
  const DecodeSettings settings{.severity = &source.severity,
                                .received_at = part.received_at,
                                .body = part.body,
                                .max_skew = judging.max_skew,
                                .resolve_timeout = judging.resolve_timeout,
                                .kafka = part.kafka};
  const std::size_t first = batch.alerts.size();
  Decoded decoded = source.reader->decode(batch, settings);
  for (std::size_t i = first; i < batch.alerts.size(); ++i) batch.alerts[i].source = batch.source;
  return decoded;
}

std::span<const std::string_view> format_names() {
  static constexpr auto names = [] {
    std::array<std::string_view, formats.size() - chosen_by_kind> each{};
    for (std::size_t i = 0; i < each.size(); ++i) each[i] = formats[i].name;
    return each;
  }();
  return names;
}

std::shared_ptr<const Format> make_format(std::string_view name, const FormatPlan& plan) {
  const auto found = std::ranges::find(formats, name, &Row::name);
  if (found != formats.end()) return found->make(plan);
  plan.problems.error(
      plan.source.node().place(),
      fmt::format("there is no format '{}'{}", name, config::nearest_hint(name, format_names())));
  return nullptr;
}

}  // namespace deskd::connectors
