// What `apply` would do. It asks the same questions as firing.cc and resolved.cc, in the same
// order, and where they change something it takes a note.

#include <algorithm>
#include <map>

#include "config/check.h"
#include "config/limits.h"
#include "rules/correlator/impl.h"

namespace deskd::rules {

/// Lives for one preview. Changes nothing of the correlator but its scratch.
class Correlator::Impl::Foresight {
 public:
  Foresight(Impl& impl, const Judged& judged, Time now)
      : impl_(impl), judged_(judged), alert_(judged.verdict->alert), now_(now) {}

  Preview fire() {
    const Found found = impl_.locate(judged_);
    if (judged_.verdict->dropped) return drop(found);
    if (impl_.is_stale(judged_, found, now_)) return outcome(Outcome::stale);

    const bool was_active = found.alarm != nullptr && found.alarm->active;
    preview_.alarm = found.alarm != nullptr ? found.alarm->id : 0;
    preview_.makes_alarm = found.alarm == nullptr;
    preview_.severity = severity_after(found);
    preview_.worsens = was_active && preview_.severity > found.alarm->severity;
    if (found.left != nullptr) {
      preview_.moved_from = found.left->alarm;
      if (found.own != nullptr) {
        end(*found.left, ClearCause::reidentified);
      } else {
        lose(found.left->alarm);  // the origin goes with it
      }
    }
    return outcome(was_active ? Outcome::merged : Outcome::raised);
  }

  Preview resolve() {
    end_own();
    if (judged_.verdict->clears) end_named(*judged_.verdict->clears);
    if (has_ended_) return outcome(Outcome::cleared);
    return outcome(is_late_ ? Outcome::stale : Outcome::unmatched);
  }

 private:
  Preview outcome(Outcome outcome) {
    preview_.outcome = outcome;
    for (const auto& [alarm, loss] : losses_) preview_.losses.push_back(loss);
    return std::move(preview_);
  }

  Preview drop(const Found& found) {
    const OriginRecord* meant = found.left != nullptr ? found.left : found.own;
    if (meant != nullptr && meant->setup <= judged_.setup && !impl_.is_older(alert_, *meant) &&
        meant->fires()) {
      preview_.alarm = meant->alarm;
      end(*meant, ClearCause::dropped);
    }
    return outcome(Outcome::dropped);
  }

  Severity severity_after(const Found& found) const {
    if (found.alarm == nullptr) return alert_.severity;
    auto firing = impl_.alarms.firing_of(*found.alarm);
    if (found.own != nullptr && found.own->fires()) {
      --firing[static_cast<std::size_t>(found.own->severity)];
    }
    for (std::size_t rank = firing.size(); rank-- > 0;) {
      if (firing[rank] != 0) return std::max(alert_.severity, static_cast<Severity>(rank));
    }
    return alert_.severity;
  }

  void end_own() {
    const AlarmRecord* alarm = impl_.alarms.find(judged_.verdict->imprint);
    const OriginRecord* own = impl_.find_origin(judged_, alarm);
    if (own != nullptr && own->fires()) return end_unless_newer(*own);
    if (own != nullptr) is_late_ = true;
    if (!judged_.decoded->key.empty()) end_key(own);
    if (own == nullptr && impl_.tombstones.covers(impl_.hash_of_origin(judged_), times_of(alert_),
                                                  now_, impl_.times.reorder)) {
      is_late_ = true;
    }
  }

  void end_key(const OriginRecord* own) {
    impl_.origins.find_key(origin_name(judged_), impl_.some_origins);
    for (const OriginRecord* other : impl_.some_origins) {
      if (!other->fires()) {
        is_late_ = true;
      } else if (is_meant_too(*other, own, judged_.setup)) {
        end_unless_newer(*other);
      }
    }
  }

  void end_unless_newer(const OriginRecord& record) {
    if (impl_.is_older(alert_, record)) {
      is_late_ = true;
    } else {
      end(record, ClearCause::resolved);
    }
  }

  void end_named(const Clears& clears) {
    const Meant meant = impl_.meant_by(judged_, clears);
    std::size_t to_find = limits::scan_max / 2;
    std::size_t to_end = limits::scan_max / 2;
    impl_.find_named(meant, to_find);
    for (const AlarmId id : impl_.some_alarms) {
      impl_.find_meant(*impl_.alarms.find(id), meant, to_end);
      for (const OriginRecord* record : impl_.some_origins) end_if_named(*record, clears);
    }
    preview_.is_cut = to_find == 0 || to_end == 0;
    preview_.looked_at = limits::scan_max - to_find - to_end;
  }

  void end_if_named(const OriginRecord& record, const Clears& clears) {
    // What the alert itself ended fires no more when its `clears` is looked at.
    if (std::ranges::find(own_ends_, record.id) != own_ends_.end()) return;
    if (clears.from == ClearsFrom::sender && impl_.is_older(alert_, record)) {
      is_late_ = true;
    } else {
      end(record, ClearCause::named);
    }
  }

  void end(const OriginRecord& record, ClearCause cause) {
    if (judged_.verdict->alert.status == Status::resolved && !has_ended_) {
      preview_.alarm = record.alarm;
    }
    has_ended_ = true;
    if (cause == ClearCause::resolved) own_ends_.push_back(record.id);
    if (preview_.ends.size() < limits::origins_shown_max) {
      preview_.ends.push_back({record.id, record.alarm, cause});
    }
    lose(record.alarm);
  }

  void lose(AlarmId alarm) {
    std::uint32_t firing = 0;
    for (const auto count : impl_.alarms.firing_of(*impl_.alarms.find(alarm))) firing += count;
    Preview::Loss& loss = losses_[alarm];
    loss.alarm = alarm;
    ++loss.origins;
    DESKD_CHECK(loss.origins <= firing);
    loss.clears = loss.origins == firing;
  }

  Impl& impl_;
  const Judged& judged_;
  const Alert& alert_;
  const Time now_;
  Preview preview_;
  bool has_ended_ = false;
  bool is_late_ = false;
  std::vector<OriginId> own_ends_;
  std::map<AlarmId, Preview::Loss> losses_;
};

Preview Correlator::preview(const Judged& judged, Time now) const {
  DESKD_CHECK(judged.decoded != nullptr && judged.verdict != nullptr);
  DESKD_CHECK(!judged.verdict->imprint.identity.empty());
  Impl::Foresight foresight(*impl_, judged, now);
  return judged.verdict->alert.status == Status::firing ? foresight.fire() : foresight.resolve();
}

}  // namespace deskd::rules
