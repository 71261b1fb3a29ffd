#include "rules/correlator/impl.h"

namespace deskd::rules {

Signal about(const AlarmRecord& alarm, Signal::Kind kind, const Judged* judged) {
  Signal signal;
  signal.kind = kind;
  signal.alarm = alarm.state.id;
  signal.severity = alarm.state.severity;
  signal.count = alarm.state.count;
  if (judged != nullptr) {
    signal.setup = judged->setup;
    signal.verdict = judged->verdict;
  }
  return signal;
}

AlarmRecord* Correlator::Impl::find_alarm(const Verdict& verdict) {
  identity.clear();
  Packer packer(identity);
  AlarmText::pack_identity(packer, verdict.identity);
  return alarms.find_identity(identity);
}

bool Correlator::Impl::is_older(const Alert& alert, const Origin& origin) const {
  return is_known(origin.event_at) &&
         is_earlier(times_of(alert), {origin.event_at, origin.received_at}) &&
         alert.received_at - origin.received_at <= times.reorder;
}

void Correlator::Impl::hear(OriginRecord& record, const Alert& alert) {
  record.origin.event_at = alert.event_at;
  record.origin.received_at = alert.received_at;
  origins.changed(record);
}

void Correlator::Impl::end(OriginRecord& record, ClearCause cause, AlarmId other) {
  AlarmRecord& alarm = *alarms.find(record.origin.alarm);
  lose(alarm, record.origin.severity, cause, other);
  record.origin.ended_by = cause;
  origins.set_status(record, Status::resolved, alarm.first_origin);
  silences.erase(record.origin.source, record.origin.id);
}

void Correlator::Impl::lose(AlarmRecord& alarm, Severity severity, ClearCause cause,
                            AlarmId other) {
  --alarm.firing[static_cast<std::size_t>(severity)];
  if (alarm.loss == 0) {
    losses.push_back({&alarm, cause, other});
    alarm.loss = static_cast<std::uint32_t>(losses.size());
  } else {
    losses[alarm.loss - 1] = {&alarm, cause, other};
  }
}

void Correlator::Impl::settle(const Judged* judged, Time at, Signals& signals) {
  for (const Loss& loss : losses) {
    AlarmRecord& alarm = *loss.alarm;
    alarm.loss = 0;
    if (!alarm.fires()) {
      clear(loss, at);
      signals.push_back(about(alarm, Signal::Kind::cleared, judged));
      signals.back().cause = loss.cause;
      signals.back().other = loss.other;
    } else if (alarm.worst() != alarm.state.severity) {
      alarms.set_activity(alarm, true, alarm.worst());
      signals.push_back(about(alarm, Signal::Kind::improved, judged));
    }
  }
  losses.clear();
}

void Correlator::Impl::clear(const Loss& loss, Time at) {
  AlarmRecord& alarm = *loss.alarm;
  alarm.state.cleared_at = at;
  alarm.state.cleared_by = loss.cause;
  for (ClearsIndex& index : clears_indexes) index.take_out(alarm.state.id, alarm.text);
  alarms.set_activity(alarm, false, alarm.state.severity);
  if (alarm.state.released) forgetting.set(alarm.state.id, at);
}

}  // namespace deskd::rules
