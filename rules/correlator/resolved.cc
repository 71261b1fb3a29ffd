#include <limits>

#include "rules/correlator/impl.h"

namespace deskd::rules {

bool is_meant_too(const OriginRecord& other, const OriginRecord* own, SetupNumber setup) {
  if (own == nullptr) return true;
  // Under one setup another identity is another thing. Two setups may name one thing twice: then
  // the last that was heard of it was heard under the other name.
  return other.setup != setup && other.setup != own->setup && heard_later(other, *own);
}

Applied Correlator::Impl::resolve(const Judged& judged, Time now, Signals& signals) {
  const Verdict& verdict = *judged.verdict;
  Ending ending;
  end_own(judged, now, ending);
  if (verdict.clears) end_named(judged, *verdict.clears, now, ending);
  settle(&judged, verdict.alert.received_at, signals);
  if (ending.ended) return {Outcome::cleared, ending.alarm};
  return {ending.late ? Outcome::stale : Outcome::unmatched};
}

void Correlator::Impl::end_own(const Judged& judged, Time now, Ending& ending) {
  const Alert& alert = judged.verdict->alert;
  OriginRecord* own = find_origin(judged, alarms.find(judged.verdict->imprint));
  if (own != nullptr && own->fires()) {
    end_unless_newer(*own, alert, ending);
    return;
  }
  if (!judged.decoded->key.empty()) end_key(judged, own, ending);
  if (own != nullptr) {
    ending.late = true;
    // What it says is remembered all the same: an older firing alert that comes now is stale.
    if (!is_older(alert, *own)) hear(*own, alert);
  } else if (!bury_origin(judged, now)) {
    ending.late = true;
  }
}

void Correlator::Impl::end_key(const Judged& judged, const OriginRecord* own, Ending& ending) {
  origins.find_key(origin_name(judged), some_origins);
  for (OriginRecord* other : some_origins) {
    if (!other->fires()) {
      ending.late = true;
    } else if (is_meant_too(*other, own, judged.setup)) {
      end_unless_newer(*other, judged.verdict->alert, ending);
    }
  }
}

void Correlator::Impl::end_unless_newer(OriginRecord& record, const Alert& alert, Ending& ending) {
  if (is_older(alert, record)) {
    ending.late = true;
    return;
  }
  hear(record, alert);
  if (!ending.ended) ending.alarm = record.alarm;
  ending.ended = true;
  end(record, ClearCause::resolved);
}

void Correlator::Impl::end_named(const Judged& judged, const Clears& clears, Time now,
                                 Ending& ending) {
  const Meant meant = meant_by(judged, clears);
  std::size_t looks = std::numeric_limits<std::size_t>::max();
  find_named(meant, looks);
  for (const AlarmId id : some_alarms) end_named_in(*alarms.find(id), meant, ending);
  if (clears.from == ClearsFrom::sender) bury_named(judged, clears, now);
}

void Correlator::Impl::end_named_in(AlarmRecord& alarm, const Meant& meant, Ending& ending) {
  std::size_t looks = std::numeric_limits<std::size_t>::max();
  find_meant(alarm, meant, looks);
  for (OriginRecord* record : some_origins) {
    // The same comparison that the tombstone makes when the two come in the other order. Clocks of
    // different senders are not compared.
    if (meant.clears.from == ClearsFrom::sender && is_older(meant.judged.verdict->alert, *record)) {
      ending.late = true;
      continue;
    }
    if (!ending.ended) ending.alarm = alarm.id;
    ending.ended = true;
    end(*record, ClearCause::named);
  }
}

}  // namespace deskd::rules
