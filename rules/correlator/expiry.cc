#include <algorithm>

#include "rules/correlator/impl.h"

namespace deskd::rules {

bool Correlator::expire(Time now, std::size_t at_most, std::vector<Signal>& signals,
                        std::span<const Time> source_times) {
  Impl& all = *impl_;
  const Clocks clocks{now, all.silence_after, source_times};
  all.silences.separate(clocks, all.origins);
  // What is kept for alerts that come late is kept for the slowest source.
  const Time slowest = clocks.slowest();
  for (std::size_t done = 0; done < at_most; ++done) {
    if (const auto due = all.silences.due(clocks)) {
      all.end_silent(*due, now, signals);
      continue;
    }
    if (all.forget_one(slowest)) continue;
    if (!all.tombstones.expire_one(slowest, all.times.reorder)) return false;
  }
  const Time next = all.next_deadline(clocks);
  return is_known(next) && next <= now;
}

void Correlator::end_silent(SourceNumber source, Time at, std::size_t& at_most,
                            std::vector<Signal>& signals) {
  Impl& all = *impl_;
  all.silences.separate(source, all.origins);
  for (auto due = all.silences.due_of(source, at); due && at_most > 0; --at_most) {
    all.end_silent(*due, at, signals);
    due = all.silences.due_of(source, at);
  }
}

void Correlator::listen_again(Time silence_after) {
  impl_->silence_after = std::max(impl_->silence_after, silence_after);
}

Time Correlator::next_deadline(std::span<const Time> source_times) const {
  return impl_->next_deadline({{}, impl_->silence_after, source_times});
}

void Correlator::Impl::end_silent(const Silences::Due& due, Time now, Signals& signals) {
  OriginRecord& record = *origins.find(due.origin);
  if (record.ends_at > due.at) {
    // Put off meanwhile. Even when that has passed too: all end in the order of their deadlines.
    silences.set(origins.source_of(record), record.id, record.ends_at);
    return;
  }
  record.event_at = {};
  end(record, ClearCause::silence);
  settle(nullptr, due.is_past ? due.at : now, signals);
}

bool Correlator::Impl::forget_one(Time now) {
  if (forgetting.empty() || now - forgetting.first().at < times.alarm_kept_min) return false;
  AlarmRecord& alarm = *alarms.find(forgetting.first().id);
  forgetting.erase(alarm.id);
  origins.remove_all(alarm.first_origin);
  alarms.forget(alarm);
  return true;
}

Time Correlator::Impl::next_deadline(const Clocks& clocks) const {
  Time next = silences.next_deadline(clocks);
  const Time backlog = Clocks{Time::max(), {}, clocks.sources}.slowest();
  const auto consider = [&](Time deadline) {
    if (deadline > backlog) return;  // its clock goes on with what the source reads
    if (!is_known(next) || deadline < next) next = deadline;
  };
  if (!forgetting.empty()) consider(forgetting.first().at + times.alarm_kept_min);
  if (!tombstones.empty()) consider(tombstones.next_deadline(times.reorder));
  return next;
}

}  // namespace deskd::rules
