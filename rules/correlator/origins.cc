#include <algorithm>

#include "rules/correlator/impl.h"

namespace deskd::rules {

Signal about(const AlarmRecord& alarm, Signal::Kind kind, const Judged* judged) {
  Signal signal;
  signal.kind = kind;
  signal.alarm = alarm.id;
  signal.severity = alarm.severity;
  signal.count = alarm.count;
  if (judged != nullptr) {
    signal.setup = judged->setup;
    signal.verdict = judged->verdict;
  }
  return signal;
}

OriginRecord* Correlator::Impl::find_origin(const Judged& judged, const AlarmRecord* alarm) {
  if (alarm == nullptr) return nullptr;
  return origins.find(origin_name(judged), alarm->id, alarm->first_origin);
}

bool Correlator::Impl::is_older(const Alert& alert, const OriginRecord& origin) const {
  return is_known(origin.event_at) &&
         is_earlier(times_of(alert), {origin.event_at, origin.received_at}) &&
         alert.received_at - origin.received_at <= times.reorder;
}

void Correlator::Impl::hear(OriginRecord& record, const Alert& alert) {
  record.event_at = alert.event_at;
  record.received_at = alert.received_at;
  origins.changed(record);
}

void Correlator::Impl::end(OriginRecord& record, ClearCause cause, AlarmId other) {
  AlarmRecord& alarm = *alarms.find(record.alarm);
  lose(alarm, record.severity, cause, other);
  record.ended_by = cause;
  origins.set_status(record, Status::resolved, alarm.first_origin);
  silences.erase(origins.source_of(record), record.id);
}

void Correlator::Impl::lose(AlarmRecord& alarm, Severity severity, ClearCause cause,
                            AlarmId other) {
  alarms.remove_firing(alarm, severity);
  if (!alarm.loses) {
    alarm.loses = true;
    losses.push_back({&alarm, cause, other});
    return;
  }
  // Mostly the one at hand; else one of the first, since all origins of an alarm that a `clears`
  // names end in a row.
  Loss& last = losses.back();
  Loss& lost = last.alarm == &alarm ? last : *std::ranges::find(losses, &alarm, &Loss::alarm);
  lost = {&alarm, cause, other};
}

void Correlator::Impl::settle(const Judged* judged, Time at, Signals& signals) {
  for (const Loss& loss : losses) {
    AlarmRecord& alarm = *loss.alarm;
    alarm.loses = false;
    if (!alarm.fires()) {
      clear(loss, at);
      signals.push_back(about(alarm, Signal::Kind::cleared, judged));
      signals.back().cause = loss.cause;
      signals.back().other = loss.other;
    } else if (alarm.worst() != alarm.severity) {
      alarms.set_activity(alarm, true, alarm.worst());
      signals.push_back(about(alarm, Signal::Kind::improved, judged));
    }
  }
  losses.clear();
}

void Correlator::Impl::clear(const Loss& loss, Time at) {
  AlarmRecord& alarm = *loss.alarm;
  alarm.cleared_at = at;
  alarm.cleared_by = loss.cause;
  if (alarm.clearable) {
    const AlarmText text = alarms.text_of(alarm);
    for (ClearsIndex& index : clears_indexes) index.take_out(alarm.id, text);
  }
  alarms.set_activity(alarm, false, alarm.severity);
  if (alarm.released) forgetting.set(alarm.id, at);
}

}  // namespace deskd::rules
