#include <algorithm>

#include "rules/correlator/impl.h"

namespace deskd::rules {

namespace {

void keep_later(OriginRecord*& kept, OriginRecord* candidate) {
  if (kept == nullptr || heard_later(*candidate, *kept)) kept = candidate;
}

}  // namespace

Applied Correlator::Impl::fire(const Judged& judged, Time now, Signals& signals) {
  const Found found = locate(judged);
  if (judged.verdict->dropped) return drop(judged, found, signals);
  if (is_stale(judged, found, now)) return {Outcome::stale};

  const Alert& alert = judged.verdict->alert;
  AlarmRecord& alarm = found.alarm != nullptr ? *found.alarm : alarms.add(judged.verdict->imprint);
  const bool was_active = alarm.active;
  const Severity was = alarm.severity;
  const AlarmId left = found.left != nullptr ? found.left->alarm : 0;
  speak(bind(judged, found, alarm), alarm, judged);
  count(alarm, found, *judged.verdict);

  if (left != 0) {
    signals.push_back(about(alarm, Signal::Kind::moved, &judged));
    signals.back().other = left;
  }
  const auto kind = was_active ? Signal::Kind::repeated : Signal::Kind::raised;
  signals.push_back(about(alarm, kind, &judged));
  if (was_active && alarm.severity > was) {
    signals.push_back(about(alarm, Signal::Kind::worsened, &judged));
  } else if (was_active && alarm.severity < was) {
    signals.push_back(about(alarm, Signal::Kind::improved, &judged));
  }
  settle(&judged, alert.received_at, signals);
  return {was_active ? Outcome::merged : Outcome::raised, alarm.id};
}

Applied Correlator::Impl::drop(const Judged& judged, const Found& found, Signals& signals) {
  const Alert& alert = judged.verdict->alert;
  OriginRecord* meant = found.own;
  if (found.left != nullptr) meant = found.left;
  if (meant == nullptr || meant->setup > judged.setup || is_older(alert, *meant)) {
    return {Outcome::dropped};
  }
  hear(*meant, alert);
  if (!meant->fires()) return {Outcome::dropped};
  const AlarmId alarm = meant->alarm;
  end(*meant, ClearCause::dropped);
  settle(&judged, alert.received_at, signals);
  return {Outcome::dropped, alarm};
}

Correlator::Impl::Found Correlator::Impl::locate(const Judged& judged) {
  Found found;
  const OriginName name = origin_name(judged);
  found.alarm = alarms.find(judged.verdict->imprint);
  found.own = find_origin(judged, found.alarm);
  if (name.key.empty() || (found.own != nullptr && found.own->fires())) return found;

  OriginRecord* newer = nullptr;
  origins.find_key(name, some_origins);
  for (OriginRecord* other : some_origins) {
    if (other == found.own) continue;
    const SetupNumber setup = other->setup;
    if (setup > judged.setup) keep_later(newer, other);
    if (setup < judged.setup && other->fires()) keep_later(found.left, other);
    if (setup != judged.setup && !other->fires()) keep_later(found.ended, other);
  }
  if (found.own == nullptr && found.left == nullptr && newer != nullptr) {
    // An older setup moves nothing: the alert counts where the newer one put its origin.
    found.is_of_newer = true;
    found.own = newer;
    found.alarm = alarms.find(newer->alarm);
  }
  return found;
}

bool Correlator::Impl::is_stale(const Judged& judged, const Found& found, Time now) {
  const Alert& alert = judged.verdict->alert;
  if (found.own != nullptr && is_older(alert, *found.own)) return true;
  if (found.left != nullptr && is_older(alert, *found.left)) return true;
  if (found.own == nullptr && found.left == nullptr && found.ended != nullptr &&
      is_older(alert, *found.ended)) {
    return true;
  }
  return is_buried(judged, now);
}

OriginRecord& Correlator::Impl::bind(const Judged& judged, const Found& found, AlarmRecord& alarm) {
  const AlarmId id = alarm.id;
  if (found.own != nullptr) {
    if (found.left != nullptr) end(*found.left, ClearCause::reidentified, id);
    return *found.own;
  }
  if (found.left == nullptr) return origins.add(origin_name(judged), id, alarm.first_origin);

  OriginRecord& moved = *found.left;
  const Severity severity = moved.severity;
  AlarmRecord& old = *alarms.find(moved.alarm);
  lose(old, severity, ClearCause::reidentified, id);
  origins.unbind(moved, old.first_origin);
  origins.bind(moved, id, alarm.first_origin);
  alarms.add_firing(alarm, severity);
  return moved;
}

void Correlator::Impl::speak(OriginRecord& record, AlarmRecord& alarm, const Judged& judged) {
  const Alert& alert = judged.verdict->alert;
  if (record.fires()) {
    alarms.remove_firing(alarm, record.severity);
    record.ends_at = std::max(record.ends_at, alert.ends_at);
  } else {
    record.ends_at = alert.ends_at;
  }
  alarms.add_firing(alarm, alert.severity);
  record.severity = alert.severity;
  record.setup = std::max(record.setup, judged.setup);
  record.ended_by = ClearCause::none;
  origins.set_status(record, Status::firing, alarm.first_origin);
  hear(record, alert);
  // One that is put off stays where it is in the heap: expiry looks again.
  if (is_known(record.ends_at) && !silences.contains(record.id)) {
    silences.set(judged.source, record.id, record.ends_at);
  }
}

void Correlator::Impl::count(AlarmRecord& alarm, const Found& found, const Verdict& verdict) {
  const Alert& alert = verdict.alert;
  const bool raises = !alarm.active;
  const Severity worst = alarm.worst();
  ++alarm.count;
  alarm.last_at = alert.received_at;
  alarm.event_at = alert.event_at;
  if (raises) {
    alarm.raised_at = alert.received_at;
    alarm.cleared_at = {};
    alarm.cleared_by = ClearCause::none;
    forgetting.erase(alarm.id);
  }
  // An alarm that is raised or gets worse is the desk's again, until that says otherwise.
  if (raises || worst > alarm.severity) alarm.released = false;

  const bool rewritten = alert.severity >= worst && write_text(alarm, found, verdict);
  if (raises && !rewritten && alarm.clearable) {
    const AlarmText text = alarms.text_of(alarm);
    for (ClearsIndex& index : clears_indexes) index.put(alarm.id, text);
  }
  alarms.set_activity(alarm, true, worst);
}

bool Correlator::Impl::write_text(AlarmRecord& alarm, const Found& found, const Verdict& verdict) {
  if (alarms.says(alarm, verdict.imprint)) return false;
  // What it said is unfolded only for who asks.
  AlarmText old;
  const bool is_in_indexes = alarm.active && alarm.clearable;
  if (found.is_of_newer || is_in_indexes) old = alarms.text_of(alarm);
  // An older setup judged this alert to another identity than the alarm's.
  packed = found.is_of_newer ? old.identity() : verdict.imprint.identity;
  Packer packer(packed);
  AlarmText::pack_texts(packer, verdict.alert);
  alarms.set_text(alarm, packed, verdict.imprint);
  alarm.clearable = is_clearable(verdict.alert.type);
  if (!is_in_indexes && !alarm.clearable) return true;
  const AlarmText text(packed);
  for (ClearsIndex& index : clears_indexes) {
    if (is_in_indexes) {
      index.replace(alarm.id, old, text);
    } else {
      index.put(alarm.id, text);
    }
  }
  return true;
}

}  // namespace deskd::rules
