// How the core comes back: the last state of every entity in the ledger, never the rules that led
// there.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <thread>
#include <utility>

#include "config/check.h"
#include "daemon/core/core.h"

namespace deskd::daemon {

/// Hands each entity to who owns it. A later state of the same entity replaces the earlier one.
/// The desk's half touches `desk_` alone, the other one never.
class Core::Restorer : public ledger::StateVisitor {
 public:
  explicit Restorer(Core& core) : core_(core) {}

  void on(rules::AlarmState state) override { need(core_.correlator_.restore(state)); }
  void on(rules::AlarmId alarm, rules::AlarmText text) override {
    need(core_.correlator_.restore(alarm, std::move(text)));
  }
  void on(const rules::OriginView& origin) override {
    need(can_be_source(origin.source) && core_.correlator_.restore(origin));
  }
  void on_gone(rules::OriginId origin) override { core_.correlator_.restore_gone(origin); }
  void on(rules::Tombstone tombstone) override { core_.correlator_.restore(std::move(tombstone)); }
  void on(const desk::Incident& incident) override { need(core_.desk_.restore(incident)); }
  void on(desk::Membership membership) override { need(core_.desk_.restore(membership)); }
  void on(const desk::TimelineKey& key, const desk::TimelineEntryView& entry) override {
    need(core_.desk_.restore(key, entry));
  }
  void on(ledger::SetupNames names) override {
    if (need(names.number != 0 && names.number != last_number)) {
      core_.setups_.restore(std::move(names));
    }
  }
  void on(ledger::SourceName source) override { need(core_.sources_.restore(source)); }
  void on(ledger::RepeatAnswer answer) override { core_.marks_.remember(std::move(answer)); }
  void on(ledger::SourcePosition position) override {
    if (need(can_be_source(position.source) && can_be_place(position.partition, position.next))) {
      core_.progress_.restore(position);
    }
  }
  void on(ledger::SourceWatermark watermark) override {
    if (need(can_be_source(watermark.source))) core_.progress_.restore(watermark);
  }
  void on(ledger::DeadLetter letter) override {
    need(can_be_source(letter.source) && can_be_place(letter.partition, letter.offset) &&
         core_.letters_.restore(std::move(letter)));
  }
  void on_letter_gone(std::uint64_t letter) override { need(core_.letters_.restore_gone(letter)); }
  void on(ledger::SnmpEngine engine) override { core_.engine_ = std::move(engine); }

  /// Something was said of what can't be.
  bool failed() const { return failed_; }

 private:
  static constexpr auto last_number = std::numeric_limits<rules::SetupNumber>::max();

  static bool can_be_place(std::uint32_t partition, std::uint64_t offset) {
    constexpr std::uint64_t offset_max = std::numeric_limits<std::int64_t>::max();
    constexpr std::uint32_t partition_max = std::numeric_limits<std::int32_t>::max();
    return partition <= partition_max && offset <= offset_max;
  }
  bool need(bool is_possible) {
    failed_ = failed_ || !is_possible;
    return is_possible;
  }

  Core& core_;
  bool failed_ = false;
};

bool Core::restore(const ledger::Record& record) {
  return restore(record, ledger::Half::rest) && restore(record, ledger::Half::desk);
}

bool Core::restore(const ledger::Record& record, ledger::Half half) {
  DESKD_CHECK(!setup_);
  if (half == ledger::Half::rest) {
    now_ = std::max(now_, record.at);
    last_record_ = record.number;
    keep_recent(record, {});
  }
  Restorer restorer(*this);
  return ledger::read_states(record.states, restorer, half) && !restorer.failed();
}

std::optional<rules::Contradiction> Core::recovered(std::shared_ptr<Setup> setup,
                                                    rules::Time wall) {
  DESKD_CHECK(!setup_);
  const auto stopped_at = now_;
  now_ = std::max(now_, wall);
  marks_.expire(now_, setup->settings.repeat_window);
  const auto* last = setups_.last();
  const bool is_known = last != nullptr && last->hash == setup->hash &&
                        last->rules.size() == setup->judging.rules->names().size();
  setup->judging.number = last == nullptr ? 1 : is_known ? last->number : last->number + 1;
  progress_.restored(stopped_at, now_);
  make_known(std::move(setup));
  std::optional<rules::Contradiction> of_alarms, of_incidents;
  {
    const std::jthread desk_half([&] {
      of_incidents = desk_.restored();
      if (!of_incidents) adopt_incidents();
    });
    of_alarms =
        correlator_.restored(now_, now_ + setup_->settings.restart_grace, progress_.times());
    if (!of_alarms) adopt_alarms();
  }
  if (of_alarms) return of_alarms;
  return of_incidents ? of_incidents : contradiction_of_halves();
}

/// An alarm is active for the desk exactly while it is so for the correlator: signals tell only of
/// what changes.
std::optional<rules::Contradiction> Core::contradiction_of_halves() const {
  using rules::Contradiction;
  using Entity = Contradiction::Entity;
  const auto last = std::max(correlator_.last_alarm(), desk_.last_alarm());
  for (rules::AlarmId id = 1; id <= last; ++id) {
    const auto alarm = correlator_.find(id);
    const auto membership = desk_.membership(id);
    const bool is_active = alarm && alarm->active;
    if (membership && !alarm) return Contradiction{Entity::membership, id, "has no such alarm"};
    if (is_active && !membership) {
      return Contradiction{Entity::alarm, id, "is active, but belongs to no incident"};
    }
    if (membership && membership->active != is_active) {
      return Contradiction{Entity::membership, id,
                           is_active ? "says that it is not active, but it is"
                                     : "says that it is active, but it is not"};
    }
  }
  return std::nullopt;
}

}  // namespace deskd::daemon
