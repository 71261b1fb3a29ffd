#include <algorithm>

#include "rules/correlator/impl.h"

namespace deskd::rules {

namespace {

void keep_later(OriginRecord*& kept, OriginRecord* candidate) {
  if (kept == nullptr || heard_later(candidate->origin, kept->origin)) kept = candidate;
}

}  // namespace

Applied Correlator::Impl::fire(const Judged& judged, Time now, Signals& signals) {
  const Found found = locate(judged);
  if (judged.verdict->dropped) return drop(judged, found, signals);
  if (is_stale(judged, found, now)) return {Outcome::stale};

  const Alert& alert = judged.verdict->alert;
  AlarmRecord& alarm = found.alarm != nullptr ? *found.alarm : alarms.add(identity);
  const bool was_active = alarm.state.active;
  const Severity was = alarm.state.severity;
  const AlarmId left = found.left != nullptr ? found.left->origin.alarm : 0;
  speak(bind(judged, found, alarm), alarm, judged);
  count(alarm, alert);

  if (left != 0) {
    signals.push_back(about(alarm, Signal::Kind::moved, &judged));
    signals.back().other = left;
  }
  const auto kind = was_active ? Signal::Kind::repeated : Signal::Kind::raised;
  signals.push_back(about(alarm, kind, &judged));
  if (was_active && alarm.state.severity > was) {
    signals.push_back(about(alarm, Signal::Kind::worsened, &judged));
  } else if (was_active && alarm.state.severity < was) {
    signals.push_back(about(alarm, Signal::Kind::improved, &judged));
  }
  settle(&judged, alert.received_at, signals);
  return {was_active ? Outcome::merged : Outcome::raised, alarm.state.id};
}

Applied Correlator::Impl::drop(const Judged& judged, const Found& found, Signals& signals) {
  const Alert& alert = judged.verdict->alert;
  OriginRecord* meant = found.own;
  if (found.left != nullptr) meant = found.left;
  if (meant == nullptr || meant->origin.setup > judged.setup || is_older(alert, meant->origin)) {
    return {Outcome::dropped};
  }
  hear(*meant, alert);
  if (!meant->fires()) return {Outcome::dropped};
  const AlarmId alarm = meant->origin.alarm;
  end(*meant, ClearCause::dropped);
  settle(&judged, alert.received_at, signals);
  return {Outcome::dropped, alarm};
}

Correlator::Impl::Found Correlator::Impl::locate(const Judged& judged) {
  Found found;
  const OriginName name = origin_name(judged);
  found.alarm = find_alarm(*judged.verdict);
  if (found.alarm != nullptr) found.own = origins.find(name, found.alarm->state.id);
  if (name.key.empty() || (found.own != nullptr && found.own->fires())) return found;

  OriginRecord* newer = nullptr;
  origins.find_key(name, some_origins);
  for (OriginRecord* other : some_origins) {
    if (other == found.own) continue;
    const SetupNumber setup = other->origin.setup;
    if (setup > judged.setup) keep_later(newer, other);
    if (setup < judged.setup && other->fires()) keep_later(found.left, other);
    if (setup != judged.setup && !other->fires()) keep_later(found.ended, other);
  }
  if (found.own == nullptr && found.left == nullptr && newer != nullptr) {
    // An older setup moves nothing: the alert counts where the newer one put its origin.
    found.own = newer;
    found.alarm = alarms.find(newer->origin.alarm);
  }
  return found;
}

bool Correlator::Impl::is_stale(const Judged& judged, const Found& found, Time now) {
  const Alert& alert = judged.verdict->alert;
  if (found.own != nullptr && is_older(alert, found.own->origin)) return true;
  if (found.left != nullptr && is_older(alert, found.left->origin)) return true;
  if (found.own == nullptr && found.left == nullptr && found.ended != nullptr &&
      is_older(alert, found.ended->origin)) {
    return true;
  }
  return is_buried(judged, now);
}

OriginRecord& Correlator::Impl::bind(const Judged& judged, const Found& found, AlarmRecord& alarm) {
  const AlarmId id = alarm.state.id;
  if (found.own != nullptr) {
    if (found.left != nullptr) end(*found.left, ClearCause::reidentified, id);
    return *found.own;
  }
  if (found.left == nullptr) return origins.add(origin_name(judged), id, alarm.first_origin);

  OriginRecord& moved = *found.left;
  const Severity severity = moved.origin.severity;
  AlarmRecord& old = *alarms.find(moved.origin.alarm);
  lose(old, severity, ClearCause::reidentified, id);
  origins.unbind(moved, old.first_origin);
  origins.bind(moved, id, alarm.first_origin);
  ++alarm.firing[static_cast<std::size_t>(severity)];
  return moved;
}

void Correlator::Impl::speak(OriginRecord& record, AlarmRecord& alarm, const Judged& judged) {
  const Alert& alert = judged.verdict->alert;
  Origin& origin = record.origin;
  if (record.fires()) {
    --alarm.firing[static_cast<std::size_t>(origin.severity)];
    origin.ends_at = std::max(origin.ends_at, alert.ends_at);
  } else {
    origin.ends_at = alert.ends_at;
  }
  ++alarm.firing[static_cast<std::size_t>(alert.severity)];
  origin.severity = alert.severity;
  origin.setup = std::max(origin.setup, judged.setup);
  origin.ended_by = ClearCause::none;
  origins.set_status(record, Status::firing, alarm.first_origin);
  hear(record, alert);
  // One that is put off stays where it is in the heap: expiry looks again.
  if (is_known(origin.ends_at) && !silences.contains(origin.id)) {
    silences.set(origin.source, origin.id, origin.ends_at);
  }
}

void Correlator::Impl::count(AlarmRecord& alarm, const Alert& alert) {
  AlarmState& state = alarm.state;
  const bool raises = !state.active;
  const Severity worst = alarm.worst();
  ++state.count;
  state.last_at = alert.received_at;
  state.event_at = alert.event_at;
  if (raises) {
    state.raised_at = alert.received_at;
    state.cleared_at = {};
    state.cleared_by = ClearCause::none;
    forgetting.erase(state.id);
  }
  // An alarm that is raised or gets worse is the desk's again, until that says otherwise.
  if (raises || worst > state.severity) state.released = false;

  const bool rewritten = alert.severity >= worst && write_text(alarm, alert);
  if (raises && !rewritten) {
    for (ClearsIndex& index : clears_indexes) index.put(state.id, alarm.text);
  }
  alarms.set_activity(alarm, true, worst);
}

bool Correlator::Impl::write_text(AlarmRecord& alarm, const Alert& alert) {
  const std::string_view own_identity = alarm.text.identity();
  packed = own_identity.empty() ? std::string_view(identity) : own_identity;
  Packer packer(packed);
  AlarmText::pack_texts(packer, alert);
  if (packed == alarm.text.bytes()) return false;
  for (ClearsIndex& index : clears_indexes) {
    if (alarm.state.active) index.take_out(alarm.state.id, alarm.text);
  }
  alarms.set_text(alarm, AlarmText(std::string(packed)));
  for (ClearsIndex& index : clears_indexes) index.put(alarm.state.id, alarm.text);
  return true;
}

}  // namespace deskd::rules
