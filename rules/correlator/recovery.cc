#include "rules/correlator/impl.h"

namespace deskd::rules {

bool Correlator::restore(const AlarmState& state) { return impl_->alarms.restore(state); }

bool Correlator::restore(AlarmId alarm, const AlarmText& text) {
  return impl_->alarms.restore(alarm, text);
}

bool Correlator::restore(const OriginView& origin) { return impl_->origins.restore(origin); }

void Correlator::restore_gone(OriginId origin) { impl_->origins.restore_gone(origin); }

void Correlator::restore(const Tombstone& tombstone) { impl_->tombstones.restore(tombstone); }

std::optional<Contradiction> Correlator::restored(Time now, Time silence_after,
                                                  std::span<const Time> source_times) {
  using Entity = Contradiction::Entity;
  Impl& all = *impl_;
  all.silence_after = silence_after;
  if (auto contradiction = all.alarms.restored()) return contradiction;
  auto contradiction = all.origins.restored([&all](const OriginRecord& origin) -> std::uint32_t* {
    AlarmRecord* alarm = all.alarms.find(origin.alarm);
    if (alarm == nullptr || alarm->forgotten) return nullptr;
    if (origin.status == Status::firing) {
      all.alarms.add_firing(*alarm, origin.severity);
      if (is_known(origin.ends_at)) {
        all.silences.set(all.origins.source_of(origin), origin.id, origin.ends_at);
      }
    }
    return &alarm->first_origin;
  });
  if (contradiction) return contradiction;
  for (AlarmId id = 1; id <= all.alarms.last(); ++id) {
    AlarmRecord* alarm = all.alarms.find(id);
    if (alarm == nullptr) continue;
    if (alarm->active != alarm->fires()) {
      return Contradiction{Entity::alarm, id,
                           alarm->active ? "is active, but no origin of it fires"
                                         : "is not active, but an origin of it fires"};
    }
    if (alarm->released && !alarm->active && !alarm->forgotten) {
      all.forgetting.set(id, alarm->cleared_at);
    }
  }
  all.fill_indexes(all.clears_indexes);
  const Clocks clocks{now, silence_after, source_times};
  all.silences.separate(clocks, all.origins);
  const Time slowest = clocks.slowest();
  while (all.tombstones.expire_one(slowest, all.times.reorder)) {
  }
  return std::nullopt;
}

}  // namespace deskd::rules
