#include <utility>

#include "config/check.h"
#include "rules/correlator/impl.h"

namespace deskd::rules {

void Correlator::restore(AlarmState state) { impl_->alarms.restore(state); }

void Correlator::restore(AlarmId alarm, AlarmText text) {
  impl_->alarms.restore(alarm, std::move(text));
}

void Correlator::restore(Origin origin) { impl_->origins.restore(std::move(origin)); }

void Correlator::restore_gone(OriginId origin) { impl_->origins.restore_gone(origin); }

void Correlator::restore(Tombstone tombstone) { impl_->tombstones.restore(tombstone); }

void Correlator::restored(Time now, Time silence_after, std::span<const Time> source_times) {
  Impl& all = *impl_;
  all.silence_after = silence_after;
  all.alarms.restored();
  all.origins.restored([&all](const Origin& origin) -> std::uint32_t& {
    AlarmRecord* alarm = all.alarms.find(origin.alarm);
    DESKD_CHECK(alarm != nullptr);
    if (origin.status == Status::firing) {
      ++alarm->firing[static_cast<std::size_t>(origin.severity)];
      if (is_known(origin.ends_at)) all.silences.set(origin.source, origin.id, origin.ends_at);
    }
    return alarm->first_origin;
  });
  for (AlarmId id = 1; id <= all.alarms.last(); ++id) {
    AlarmRecord* alarm = all.alarms.find(id);
    if (alarm == nullptr) continue;
    const AlarmState& state = alarm->state;
    DESKD_CHECK(state.active == alarm->fires());
    if (state.released && !state.active && !state.forgotten) {
      all.forgetting.set(id, state.cleared_at);
    }
    if (!state.active) continue;
    for (ClearsIndex& index : all.clears_indexes) index.put(id, alarm->text);
  }
  const Clocks clocks{now, silence_after, source_times};
  all.silences.separate(clocks, all.origins);
  const Time slowest = clocks.slowest();
  while (all.tombstones.expire_one(slowest, all.times.reorder)) {
  }
}

}  // namespace deskd::rules
