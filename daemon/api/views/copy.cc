#include "daemon/api/views/copy.h"

#include <algorithm>
#include <iterator>

namespace deskd::api {

AlarmView copy_alarm(const daemon::Core& core, rules::AlarmId alarm, Scan& scan) {
  AlarmView view;
  view.state = *core.correlator().find(alarm);
  view.text = *core.correlator().find_text(alarm);
  const auto [origins, origin_count] =
      core.correlator().first_origins_of(alarm, limits::origins_shown_max);
  view.origin_count = origin_count;
  scan.count(origin_count);
  for (const rules::OriginView& origin : origins) {
    scan.look();
    view.origins.push_back(
        {std::string(core.source_name(origin.source)), static_cast<rules::Origin>(origin)});
  }
  if (const auto membership = core.desk().membership(alarm)) view.incident = membership->incident;
  return view;
}

IncidentView copy_incident(const daemon::Core& core, const desk::Incident& incident,
                           std::span<const rules::AlarmId> alarms, Scan& scan) {
  IncidentView view{incident, core.desk().firing(incident.id), incident.alert_count_left};
  for (const auto alarm : alarms) {
    scan.look();
    const auto state = core.correlator().find(alarm);
    const auto membership = core.desk().membership(alarm);
    if (state && membership) {
      view.alert_count += state->count - membership->count_before;
    }
  }
  return view;
}

std::optional<IncidentDetail> copy_detail(const daemon::Core& core, desk::IncidentId incident) {
  const auto head = core.desk().find(incident);
  if (!head) return std::nullopt;
  const auto alarms = core.desk().alarms_of(incident);
  Scan scan;
  IncidentDetail detail;
  detail.incident = copy_incident(core, *head, alarms, scan);
  const std::size_t shown = std::min(alarms.size(), limits::page_max);
  for (std::size_t i = 0; i < shown; ++i) {
    detail.alarms.push_back(copy_alarm(core, alarms[i], scan));
  }
  detail.alarms_left_out = alarms.size() - shown;
  if (auto gap = core.desk().timeline_gap(incident)) detail.timeline.push_back(*std::move(gap));
  std::ranges::move(core.desk().timeline(incident), std::back_inserter(detail.timeline));
  for (const desk::Author& author : head->verdict) {
    DecisionView decision{std::string(name(author.decision)), author.value, std::nullopt};
    if (const auto* rule = core.rule_name(author.setup, author.rule)) decision.rule = *rule;
    detail.verdict.push_back(std::move(decision));
  }
  return detail;
}

}  // namespace deskd::api
