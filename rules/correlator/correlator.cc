#include "rules/correlator.h"

#include <algorithm>
#include <limits>

#include "config/check.h"
#include "rules/correlator/impl.h"

namespace deskd::rules {

bool CorrelatorChanges::empty() const {
  return states.empty() && texts.empty() && origins.empty() && origins_gone.empty() &&
         tombstones.empty();
}

Correlator::Correlator(CorrelatorTimes times) : impl_(std::make_unique<Impl>(times)) {}
Correlator::~Correlator() = default;
Correlator::Correlator(Correlator&&) noexcept = default;

Applied Correlator::apply(const Judged& judged, Time now, std::vector<Signal>& signals) {
  DESKD_CHECK(judged.decoded != nullptr && judged.verdict != nullptr);
  DESKD_CHECK(!judged.verdict->imprint.identity.empty());
  return judged.verdict->alert.status == Status::firing ? impl_->fire(judged, now, signals)
                                                        : impl_->resolve(judged, now, signals);
}

bool Correlator::clear_by_hand(AlarmId alarm, Time now, std::vector<Signal>& signals) {
  const AlarmRecord* record = impl_->alarms.find(alarm);
  if (record == nullptr || !record->active) return false;
  impl_->origins.find_firing(record->first_origin, impl_->some_origins);
  for (OriginRecord* origin : impl_->some_origins) impl_->end(*origin, ClearCause::by_hand);
  impl_->settle(nullptr, now, signals);
  return true;
}

void Correlator::set_released(AlarmId alarm, bool released, Time /*now*/) {
  AlarmRecord* record = impl_->alarms.find(alarm);
  if (record == nullptr || record->forgotten || record->released == released) return;
  record->released = released;
  impl_->alarms.state_changed(*record);
  if (!released) {
    impl_->forgetting.erase(alarm);
  } else if (!record->active) {
    impl_->forgetting.set(alarm, record->cleared_at);
  }
}

std::optional<AlarmState> Correlator::find(AlarmId alarm) const {
  const AlarmRecord* record = impl_->alarms.find(alarm);
  return record != nullptr ? std::optional(record->state()) : std::nullopt;
}

std::optional<AlarmText> Correlator::find_text(AlarmId alarm) const {
  const AlarmRecord* record = impl_->alarms.find(alarm);
  return record != nullptr ? std::optional(impl_->alarms.text_of(*record)) : std::nullopt;
}

std::optional<OriginView> Correlator::find_origin(OriginId origin) const {
  const OriginRecord* record = impl_->origins.find(origin);
  return record != nullptr ? std::optional(impl_->origins.view(*record)) : std::nullopt;
}

std::vector<OriginView> Correlator::origins_of(AlarmId alarm) const {
  return first_origins_of(alarm, std::numeric_limits<std::size_t>::max()).first;
}

std::pair<std::vector<OriginView>, std::size_t> Correlator::first_origins_of(
    AlarmId alarm, std::size_t at_most) const {
  const AlarmRecord* record = impl_->alarms.find(alarm);
  if (record == nullptr) return {};
  std::vector<std::uint32_t> ids;
  impl_->origins.each_of(record->first_origin, [&](const OriginRecord& origin) {
    ids.push_back(origin.id);
    return true;
  });
  const std::size_t shown = std::min(ids.size(), at_most);
  std::ranges::partial_sort(ids, ids.begin() + static_cast<std::ptrdiff_t>(shown));
  std::vector<OriginView> views;
  views.reserve(shown);
  for (std::size_t i = 0; i < shown; ++i) {
    views.push_back(impl_->origins.view(*impl_->origins.find(ids[i])));
  }
  return {std::move(views), ids.size()};
}

bool Correlator::has_source(AlarmId alarm,
                            const std::function<bool(SourceNumber)>& is_wanted) const {
  const AlarmRecord* record = impl_->alarms.find(alarm);
  if (record == nullptr) return false;
  bool is_there = false;
  impl_->origins.each_of(record->first_origin, [&](const OriginRecord& origin) {
    is_there = is_wanted(impl_->origins.source_of(origin));
    return !is_there;
  });
  return is_there;
}

AlarmId Correlator::last_alarm() const { return impl_->alarms.last(); }

NextAlarm Correlator::next_alarm(AlarmId from, bool is_downward, const WantedMarks& wanted) const {
  DESKD_CHECK(from >= 1 && from <= last_alarm());
  return impl_->alarms.next(from, is_downward, wanted);
}

std::array<std::uint64_t, severity_count> Correlator::active_by_severity() const {
  return impl_->alarms.active_by_severity();
}

CorrelatorChanges Correlator::take_changes() {
  return {impl_->alarms.take_changed_states(), impl_->alarms.take_changed_texts(),
          impl_->origins.take_changed(), impl_->origins.take_gone(),
          impl_->tombstones.take_changed()};
}

}  // namespace deskd::rules
