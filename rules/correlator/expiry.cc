#include <algorithm>

#include "rules/correlator/impl.h"

namespace deskd::rules {

bool Correlator::expire(Time now, std::size_t at_most, std::vector<Signal>& signals) {
  Impl& all = *impl_;
  for (std::size_t done = 0; done < at_most; ++done) {
    if (all.end_one_silent(now, signals)) continue;
    if (all.forget_one(now)) continue;
    if (!all.tombstones.expire_one(now, all.times.reorder)) return false;
  }
  const Time next = all.next_deadline();
  return is_known(next) && next <= now;
}

Time Correlator::next_deadline() const { return impl_->next_deadline(); }

bool Correlator::Impl::end_one_silent(Time now, Signals& signals) {
  if (silences.empty() || now < silence_after || silences.first().at > now) return false;
  OriginRecord& record = *origins.find(silences.first().id);
  if (record.origin.ends_at > silences.first().at) {
    // Put off meanwhile. Even when that has passed too: all end in the order of their deadlines.
    silences.set(record.origin.id, record.origin.ends_at);
    return true;
  }
  record.origin.event_at = {};
  end(record, ClearCause::silence);
  settle(nullptr, now, signals);
  return true;
}

bool Correlator::Impl::forget_one(Time now) {
  if (forgetting.empty() || now - forgetting.first().at < times.alarm_kept_min) return false;
  AlarmRecord& alarm = *alarms.find(forgetting.first().id);
  forgetting.erase(alarm.state.id);
  origins.remove_all(alarm.first_origin);
  alarms.forget(alarm);
  return true;
}

Time Correlator::Impl::next_deadline() const {
  Time next;
  const auto consider = [&next](Time deadline) {
    if (!is_known(next) || deadline < next) next = deadline;
  };
  if (!silences.empty()) consider(std::max(silences.first().at, silence_after));
  if (!forgetting.empty()) consider(forgetting.first().at + times.alarm_kept_min);
  if (!tombstones.empty()) consider(tombstones.next_deadline(times.reorder));
  return next;
}

}  // namespace deskd::rules
