#pragma once
// Blob B's entities as values of one type: to be made at random, written, collected and compared.
//
// Comparing names every member of every entity; one that is added and forgotten here does not
// compile.

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "daemon/ledger/states.h"

namespace deskd::test {

struct AlarmTextOf {
  rules::AlarmId alarm = 0;
  rules::AlarmText text;
};
struct GoneOrigin {
  rules::OriginId id = 0;
};
struct GoneLetter {
  std::uint64_t id = 0;
};
struct TimelineOf {
  desk::TimelineKey key;
  desk::TimelineEntry entry;
};

using Entity =
    std::variant<rules::AlarmState, AlarmTextOf, rules::Origin, GoneOrigin, rules::Tombstone,
                 desk::Incident, desk::Membership, TimelineOf, ledger::SetupNames,
                 ledger::SourceName, ledger::RepeatAnswer, ledger::SourcePosition,
                 ledger::SourceWatermark, ledger::DeadLetter, GoneLetter, ledger::SnmpEngine>;

inline auto fields(const rules::AlarmState& state) {
  const auto& [id, count, severity, active, released, forgotten, cleared_by, raised_at, last_at,
               cleared_at, event_at] = state;
  return std::tie(id, count, severity, active, released, forgotten, cleared_by, raised_at, last_at,
                  cleared_at, event_at);
}
inline auto fields(const AlarmTextOf& text) { return std::tie(text.alarm, text.text.bytes()); }
inline auto fields(const rules::Origin& origin) {
  const auto& [id, alarm, source, setup, sender, key, status, severity, ended_by, event_at,
               received_at, ends_at] = origin;
  return std::tie(id, alarm, source, setup, sender, key, status, severity, ended_by, event_at,
                  received_at, ends_at);
}
inline auto fields(const GoneOrigin& gone) { return std::tie(gone.id); }
inline auto fields(const rules::Tombstone& tombstone) {
  const auto& [hash_high, hash_low, by, event_at, received_at] = tombstone;
  return std::tie(hash_high, hash_low, by, event_at, received_at);
}
inline auto fields(const desk::Author& author) {
  const auto& [decision, rule, setup, value] = author;
  return std::tie(decision, rule, setup, value);
}
inline auto fields(const rules::RuleName& rule) {
  const auto& [name, file, line] = rule;
  return std::tie(name, file, line);
}
/// The fields of each item, to compare lists of what has no == of its own.
auto all_fields(const auto& items) {
  std::vector<decltype(fields(items.front()))> all;
  for (const auto& item : items) all.push_back(fields(item));
  return all;
}
inline auto fields(const desk::Incident& incident) {
  const auto& [id, version, state, resolved_by_hand, impact, urgency, severity, severity_worst,
               title, klass, priority, queue, runbook, person, acknowledged_by, resource, pinned,
               opened_at, updated_at, acknowledged_at, resolved_at, closed_at, pending_until,
               quiet_since, alarm_count, alert_count_left, timeline_count, verdict] = incident;
  return std::tuple_cat(
      std::tie(id, version, state, resolved_by_hand, impact, urgency, severity, severity_worst,
               title, klass, priority, queue, runbook, person, acknowledged_by, resource, pinned,
               opened_at, updated_at, acknowledged_at, resolved_at, closed_at, pending_until,
               quiet_since, alarm_count, alert_count_left, timeline_count),
      std::tuple(all_fields(verdict)));
}
inline auto fields(const desk::Membership& membership) {
  const auto& [alarm, incident, active, severity, count_before] = membership;
  return std::tie(alarm, incident, active, severity, count_before);
}
inline auto fields(const TimelineOf& timeline) {
  const auto& [incident, index] = timeline.key;
  const auto& [at, actor, action, text] = timeline.entry;
  return std::tie(incident, index, at, actor, action, text);
}
inline auto fields(const ledger::SetupNames& names) {
  const auto& [number, hash, rules, queues] = names;
  return std::tuple_cat(std::tie(number, hash, queues), std::tuple(all_fields(rules)));
}
inline auto fields(const ledger::SourceName& source) {
  const auto& [number, name] = source;
  return std::tie(number, name);
}
inline auto fields(const ledger::RepeatAnswer& repeat) {
  const auto& [key, body_hash, status, answer, at] = repeat;
  return std::tie(key, body_hash, status, answer, at);
}

inline auto fields(const ledger::SourcePosition& position) {
  const auto& [source, topic, partition, next] = position;
  return std::tie(source, topic, partition, next);
}
inline auto fields(const ledger::SourceWatermark& watermark) {
  const auto& [source, at, stalled] = watermark;
  return std::tie(source, at, stalled);
}
inline auto fields(const ledger::DeadLetter& letter) {
  const auto& [id, source, topic, partition, offset, at, reason, key, value, headers, value_bytes,
               is_cut, taken] = letter;
  return std::tie(id, source, topic, partition, offset, at, reason, key, value, headers,
                  value_bytes, is_cut, taken);
}
inline auto fields(const GoneLetter& gone) { return std::tie(gone.id); }
inline auto fields(const ledger::SnmpEngine& engine) { return std::tie(engine.boots, engine.seed); }

inline bool same(const Entity& left, const Entity& right) {
  return left.index() == right.index() &&
         std::visit(
             [&](const auto& entity) {
               return fields(entity) == fields(std::get<std::decay_t<decltype(entity)>>(right));
             },
             left);
}

struct Putting {
  ledger::StateWriter& writer;
  void operator()(const AlarmTextOf& text) const { writer.put(text.alarm, text.text); }
  void operator()(const GoneOrigin& gone) const { writer.put_gone(gone.id); }
  void operator()(const GoneLetter& gone) const { writer.put_letter_gone(gone.id); }
  void operator()(const TimelineOf& timeline) const { writer.put(timeline.key, timeline.entry); }
  void operator()(const auto& plain) const { writer.put(plain); }
};

inline void put(ledger::StateWriter& writer, const Entity& entity) {
  std::visit(Putting{writer}, entity);
}

/// Keeps every entity that it gets.
class Collector : public ledger::StateVisitor {
 public:
  std::vector<Entity> entities;

  void on(rules::AlarmState state) override { entities.emplace_back(state); }
  void on(rules::AlarmId alarm, rules::AlarmText text) override {
    entities.emplace_back(AlarmTextOf{alarm, std::move(text)});
  }
  void on(const rules::OriginView& origin) override {
    entities.emplace_back(rules::Origin(origin));
  }
  void on_gone(rules::OriginId origin) override { entities.emplace_back(GoneOrigin{origin}); }
  void on(rules::Tombstone tombstone) override { entities.emplace_back(std::move(tombstone)); }
  void on(const desk::Incident& incident) override { entities.emplace_back(incident); }
  void on(desk::Membership membership) override { entities.emplace_back(membership); }
  void on(const desk::TimelineKey& key, const desk::TimelineEntryView& entry) override {
    entities.emplace_back(TimelineOf{key, entry.copy()});
  }
  void on(ledger::SetupNames names) override { entities.emplace_back(std::move(names)); }
  void on(ledger::SourceName source) override { entities.emplace_back(std::move(source)); }
  void on(ledger::RepeatAnswer answer) override { entities.emplace_back(std::move(answer)); }
  void on(ledger::SourcePosition position) override { entities.emplace_back(std::move(position)); }
  void on(ledger::SourceWatermark watermark) override { entities.emplace_back(watermark); }
  void on(ledger::DeadLetter letter) override { entities.emplace_back(std::move(letter)); }
  void on_letter_gone(std::uint64_t letter) override { entities.emplace_back(GoneLetter{letter}); }
  void on(ledger::SnmpEngine engine) override { entities.emplace_back(std::move(engine)); }
};

}  // namespace deskd::test
