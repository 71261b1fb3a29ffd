#pragma once
// Entities of blob B with random contents.

#include "tests/support/random_values.h"
#include "tests/support/state_entities.h"

namespace deskd::test {

inline rules::AlarmState random_alarm_state(RandomValues& random) {
  return {.id = random.number(),
          .count = random.number(),
          .severity = random.one_of(rules::Severity::critical),
          .active = random.flag(),
          .released = random.flag(),
          .forgotten = random.flag(),
          .cleared_by = random.one_of(rules::ClearCause::by_hand),
          .raised_at = random.time(),
          .last_at = random.time(),
          .cleared_at = random.time(),
          .event_at = random.time()};
}

inline rules::Origin random_origin(RandomValues& random) {
  return {.id = random.number(),
          .alarm = random.number(),
          .source = random.number<rules::SourceNumber>(),
          .setup = random.number<rules::SetupNumber>(),
          .sender = random.text(),
          .key = random.text(),
          .status = random.one_of(rules::Status::resolved),
          .severity = random.one_of(rules::Severity::critical),
          .ended_by = random.one_of(rules::ClearCause::by_hand),
          .event_at = random.time(),
          .received_at = random.time(),
          .ends_at = random.time()};
}

inline rules::Tombstone random_tombstone(RandomValues& random) {
  return {.hash_high = random.number(),
          .hash_low = random.number(),
          .by = random.list([&] { return random.text(); }),
          .event_at = random.time(),
          .received_at = random.time()};
}

inline desk::Incident random_incident(RandomValues& random) {
  return {.id = random.number(),
          .version = random.number(),
          .state = random.one_of(desk::State::cancelled),
          .resolved_by_hand = random.flag(),
          .impact = random.one_of(rules::Level::high),
          .urgency = random.one_of(rules::Level::high),
          .severity = random.one_of(rules::Severity::critical),
          .severity_worst = random.one_of(rules::Severity::critical),
          .title = random.text(),
          .klass = random.text(),
          .priority = random.text(),
          .queue = random.text(),
          .runbook = random.text(),
          .person = random.text(),
          .acknowledged_by = random.text(),
          .resource = random.text(),
          .pinned = {random.flag(), random.flag(), random.flag(), random.flag(), random.flag(),
                     random.flag()},
          .opened_at = random.time(),
          .updated_at = random.time(),
          .acknowledged_at = random.time(),
          .resolved_at = random.time(),
          .closed_at = random.time(),
          .pending_until = random.time(),
          .quiet_since = random.time(),
          .alarm_count = random.number(),
          .alert_count_left = random.number(),
          .timeline_count = random.number(),
          .verdict = random.list([&] {
            return desk::Author{random.one_of(rules::Decision::stop), random.rule(),
                                random.number<rules::SetupNumber>(), random.text()};
          })};
}

inline desk::Membership random_membership(RandomValues& random) {
  return {random.number(), random.number(), random.flag(), random.one_of(rules::Severity::critical),
          random.number()};
}

inline ledger::SetupNames random_setup_names(RandomValues& random) {
  return {.number = random.number<rules::SetupNumber>(),
          .hash = random.text(),
          .rules = random.list([&] {
            return rules::RuleName{random.text(), random.text(), random.number<std::uint32_t>()};
          }),
          .queues = random.list([&] { return random.text(); })};
}

inline ledger::RepeatAnswer random_repeat_answer(RandomValues& random) {
  return {random.text(), random.number(), random.number<std::uint16_t>(), random.text(),
          random.time()};
}

inline ledger::DeadLetter random_dead_letter(RandomValues& random) {
  return {.id = random.number(),
          .source = random.number<rules::SourceNumber>(),
          .topic = random.text(),
          .partition = random.number<std::uint32_t>(),
          .offset = random.number(),
          .at = random.time(),
          .reason = random.text(),
          .key = random.text(),
          .value = random.text(),
          .headers = random.list([&] { return std::pair{random.text(), random.text()}; }),
          .value_bytes = random.number(),
          .is_cut = random.flag(),
          .taken = random.list([&] { return random.number<std::uint32_t>(); })};
}

inline TimelineOf random_timeline(RandomValues& random) {
  return {{random.number(), random.number()},
          {random.time(), random.text(), random.text(), random.text()}};
}

/// The `kind`-th alternative of Entity.
inline Entity random_entity(RandomValues& random, std::size_t kind) {
  switch (kind) {
    case 0:
      return random_alarm_state(random);
    case 1:
      return AlarmTextOf{random.number(), rules::AlarmText(random.text())};
    case 2:
      return random_origin(random);
    case 3:
      return GoneOrigin{random.number()};
    case 4:
      return random_tombstone(random);
    case 5:
      return random_incident(random);
    case 6:
      return random_membership(random);
    case 7:
      return random_timeline(random);
    case 8:
      return random_setup_names(random);
    case 9:
      return ledger::SourceName{random.number<rules::SourceNumber>(), random.text()};
    case 10:
      return random_repeat_answer(random);
    case 11:
      return ledger::SourcePosition{random.number<rules::SourceNumber>(), random.text(),
                                    random.number<std::uint32_t>(), random.number()};
    case 12:
      return ledger::SourceWatermark{random.number<rules::SourceNumber>(), random.time(),
                                     random.flag()};
    case 13:
      return random_dead_letter(random);
    case 14:
      return GoneLetter{random.number()};
    default:
      return ledger::SnmpEngine{random.number<std::uint32_t>(), random.text()};
  }
}

}  // namespace deskd::test
