#pragma once
// The last written state of every entity of a desk: what a ledger would give back.

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <vector>

#include "daemon/desk/desk.h"

namespace deskd::desk::test {

class Written {
 public:
  void take(const Desk& desk, const DeskChanges& changes) {
    for (const auto id : changes.incidents) incidents_[id] = desk.find(id).value();
    for (const auto alarm : changes.memberships) memberships_[alarm] = *desk.membership(alarm);
    for (const auto& [key, entry] : changes.timeline) timeline_[key] = entry;
  }

  /// A desk that got all of it, in random order; it has adopted no setup yet.
  Desk restore(std::mt19937_64& random) const {
    std::vector<std::function<void(Desk&)>> steps;
    for (const auto& [id, incident] : incidents_)
      steps.emplace_back([&incident](Desk& desk) { desk.restore(incident); });
    for (const auto& [alarm, membership] : memberships_)
      steps.emplace_back([&membership](Desk& desk) { desk.restore(membership); });
    for (const auto& [key, entry] : timeline_)
      steps.emplace_back([&](Desk& desk) { desk.restore(key, entry); });
    std::ranges::shuffle(steps, random);
    Desk desk;
    for (const auto& step : steps) step(desk);
    REQUIRE_FALSE(desk.restored());
    return desk;
  }

 private:
  std::map<IncidentId, Incident> incidents_;
  std::map<AlarmId, Membership> memberships_;
  std::map<TimelineKey, TimelineEntry> timeline_;
};

}  // namespace deskd::desk::test
