#include "daemon/desk/backlog.h"

#include "config/check.h"

namespace deskd::desk {

namespace {

Urgency urgency_of(IncidentId incident, const BacklogPlace& place) {
  return {.incident = incident, .priority = place.priority};
}

}  // namespace

void Backlogs::reset(const DeskPlan& plan) {
  by_urgency_.clear();
  loads_.assign(plan.queues.size(), Load{});
  for (auto& load : loads_) load.by_priority.resize(plan.priorities.levels.size());
}

Backlogs::Line& Backlogs::line(const BacklogPlace& place) {
  DESKD_CHECK(place.queue < loads_.size() && is_open(place.state));
  auto& lines = loads_[place.queue].by_priority;
  DESKD_CHECK(place.priority < lines.size());
  return lines[place.priority];
}

void Backlogs::add(IncidentId incident, const BacklogPlace& place) {
  auto& counts = line(place);
  ++counts.open[static_cast<std::size_t>(place.state)];
  if (!place.acked) ++counts.unacked;
  auto& load = loads_[place.queue];
  load.by_age.insert(incident);
  if (place.state == State::fresh) load.fresh.insert(urgency_of(incident, place));
  by_urgency_.insert(urgency_of(incident, place));
}

void Backlogs::remove(IncidentId incident, const BacklogPlace& place) {
  auto& counts = line(place);
  --counts.open[static_cast<std::size_t>(place.state)];
  if (!place.acked) --counts.unacked;
  auto& load = loads_[place.queue];
  load.by_age.erase(incident);
  if (place.state == State::fresh) load.fresh.erase(urgency_of(incident, place));
  by_urgency_.erase(urgency_of(incident, place));
}

void Backlogs::fetch(IncidentId incident, const BacklogPlace& place) const {
  const auto& load = loads_[place.queue];
  load.by_age.fetch(incident);
  if (place.state == State::fresh) load.fresh.fetch(urgency_of(incident, place));
  by_urgency_.fetch(urgency_of(incident, place));
}

std::vector<Backlog> Backlogs::read(const DeskPlan& plan) const {
  DESKD_CHECK(plan.queues.size() == loads_.size());
  std::vector<Backlog> backlogs;
  backlogs.reserve(loads_.size());
  for (std::size_t queue = 0; queue < loads_.size(); ++queue) {
    const auto& load = loads_[queue];
    auto& backlog = backlogs.emplace_back();
    backlog.queue = plan.queues[queue].name;
    for (std::size_t level = 0; level < load.by_priority.size(); ++level) {
      const auto& name = plan.priorities.levels[level];
      backlog.open.emplace(name, load.by_priority[level].open);
      backlog.unacked.emplace(name, load.by_priority[level].unacked);
    }
    if (!load.by_age.empty()) backlog.oldest = *load.by_age.begin();
  }
  return backlogs;
}

IncidentId Backlogs::first_new(std::uint16_t queue) const {
  DESKD_CHECK(queue < loads_.size());
  const auto& fresh = loads_[queue].fresh;
  return fresh.empty() ? 0 : (*fresh.begin()).incident;
}

}  // namespace deskd::desk
