#include "daemon/ledger/states.h"

#include "daemon/ledger/codec.h"
#include "daemon/ledger/frames.h"

namespace deskd::ledger {
namespace {

/// Numbers on disk: never given to another entity, new ones at the end.
enum class Kind : std::uint8_t {
  alarm_state = 1,
  alarm_text = 2,
  origin = 3,
  origin_gone = 4,
  tombstone = 5,
  incident = 6,
  membership = 7,
  timeline_entry = 8,
  setup_names = 9,
  source_name = 10,
  repeat_answer = 11,
  source_position = 12,
  source_watermark = 13,
  dead_letter = 14,
  dead_letter_gone = 15,
  snmp_engine = 16,
};
constexpr auto kind_last = static_cast<std::uint8_t>(Kind::snmp_engine);

// What is written of entities that don't hold their own id. Views, so that writing copies nothing.
struct AlarmTextBytes {
  rules::AlarmId alarm = 0;
  std::string_view bytes;
};
struct GoneOrigin {
  rules::OriginId id = 0;
};
struct GoneLetter {
  std::uint64_t id = 0;
};
struct KeyedEntry {
  desk::TimelineKey key;
  desk::TimelineEntryView entry;
};

// Each `walk` names the fields of one entity in their order on disk; `entity` is const when it is
// written.
template <typename Entity, typename As>
concept Is = std::same_as<std::remove_const_t<Entity>, As>;

void walk(auto& codec, Is<rules::AlarmState> auto& state) {
  codec.number(state.id);
  codec.number(state.count);
  codec.one_of(state.severity, rules::Severity::critical);
  codec.flag(state.active);
  codec.flag(state.released);
  codec.flag(state.forgotten);
  codec.one_of(state.cleared_by, rules::ClearCause::by_hand);
  codec.time(state.raised_at);
  codec.time(state.last_at);
  codec.time(state.cleared_at);
  codec.time(state.event_at);
}

void walk(auto& codec, Is<AlarmTextBytes> auto& text) {
  codec.number(text.alarm);
  codec.text(text.bytes);
}

template <typename Entity>
concept IsOrigin = Is<Entity, rules::Origin> || Is<Entity, rules::OriginView>;

void walk(auto& codec, IsOrigin auto& origin) {
  codec.number(origin.id);
  codec.number(origin.alarm);
  codec.number(origin.source);
  codec.number(origin.setup);
  codec.text(origin.sender);
  codec.text(origin.key);
  codec.one_of(origin.status, rules::Status::resolved);
  codec.one_of(origin.severity, rules::Severity::critical);
  codec.one_of(origin.ended_by, rules::ClearCause::by_hand);
  codec.time(origin.event_at);
  codec.time(origin.received_at);
  codec.time(origin.ends_at);
}

void walk(auto& codec, Is<GoneOrigin> auto& gone) { codec.number(gone.id); }

void walk(auto& codec, Is<rules::Tombstone> auto& tombstone) {
  codec.number(tombstone.hash_high);
  codec.number(tombstone.hash_low);
  codec.list(tombstone.by, [&codec](auto& field) { codec.text(field); });
  codec.time(tombstone.event_at);
  codec.time(tombstone.received_at);
}

void walk(auto& codec, Is<desk::Author> auto& author) {
  codec.one_of(author.decision, rules::Decision::stop);
  codec.rule(author.rule);
  codec.number(author.setup);
  codec.text(author.value);
}

void walk(auto& codec, Is<desk::Pins> auto& pins) {
  codec.flag(pins.priority);
  codec.flag(pins.klass);
  codec.flag(pins.title);
  codec.flag(pins.impact);
  codec.flag(pins.urgency);
  codec.flag(pins.runbook);
}

void walk(auto& codec, Is<desk::Incident> auto& incident) {
  codec.number(incident.id);
  codec.number(incident.version);
  codec.one_of(incident.state, desk::State::cancelled);
  codec.flag(incident.resolved_by_hand);
  codec.one_of(incident.impact, rules::Level::high);
  codec.one_of(incident.urgency, rules::Level::high);
  codec.one_of(incident.severity, rules::Severity::critical);
  codec.one_of(incident.severity_worst, rules::Severity::critical);
  codec.text(incident.title);
  codec.text(incident.klass);
  codec.text(incident.priority);
  codec.text(incident.queue);
  codec.text(incident.person);
  codec.text(incident.acknowledged_by);
  codec.text(incident.runbook);
  codec.time(incident.opened_at);
  codec.time(incident.updated_at);
  codec.time(incident.acknowledged_at);
  codec.time(incident.resolved_at);
  codec.time(incident.closed_at);
  codec.time(incident.quiet_since);
  codec.number(incident.alarm_count);
  codec.number(incident.alert_count_left);
  codec.number(incident.timeline_count);
  codec.list(incident.verdict, [&codec](auto& author) { walk(codec, author); });
  if (!codec.has_later_fields()) return;
  walk(codec, incident.pinned);
  codec.text(incident.resource);
  codec.time(incident.pending_until);
}

void walk(auto& codec, Is<desk::Membership> auto& membership) {
  codec.number(membership.alarm);
  codec.number(membership.incident);
  codec.flag(membership.active);
  codec.one_of(membership.severity, rules::Severity::critical);
  codec.number(membership.count_before);
}

void walk(auto& codec, Is<KeyedEntry> auto& keyed) {
  codec.number(keyed.key.incident);
  codec.number(keyed.key.index);
  codec.time(keyed.entry.at);
  codec.text(keyed.entry.actor);
  codec.text(keyed.entry.action);
  codec.text(keyed.entry.text);
}

void walk(auto& codec, Is<SetupNames> auto& names) {
  codec.number(names.number);
  codec.text(names.hash);
  codec.list(names.rules, [&codec](auto& rule) {
    codec.text(rule.name);
    codec.text(rule.file);
    codec.number(rule.line);
  });
  codec.list(names.queues, [&codec](auto& queue) { codec.text(queue); });
}

void walk(auto& codec, Is<SourceName> auto& source) {
  codec.number(source.number);
  codec.text(source.name);
}

void walk(auto& codec, Is<RepeatAnswer> auto& answer) {
  codec.text(answer.key);
  codec.number(answer.body_hash);
  codec.number(answer.status);
  codec.text(answer.answer);
  codec.time(answer.at);
}

void walk(auto& codec, Is<SourcePosition> auto& position) {
  codec.number(position.source);
  codec.text(position.topic);
  codec.number(position.partition);
  codec.number(position.next);
}

void walk(auto& codec, Is<SourceWatermark> auto& watermark) {
  codec.number(watermark.source);
  codec.time(watermark.at);
  codec.flag(watermark.stalled);
}

void walk(auto& codec, Is<DeadLetter> auto& letter) {
  codec.number(letter.id);
  codec.number(letter.source);
  codec.text(letter.topic);
  codec.number(letter.partition);
  codec.number(letter.offset);
  codec.time(letter.at);
  codec.text(letter.reason);
  codec.text(letter.key);
  codec.text(letter.value);
  codec.list(letter.headers, [&](auto& header) {
    codec.text(header.first);
    codec.text(header.second);
  });
  codec.number(letter.value_bytes);
  codec.flag(letter.is_cut);
  codec.list(letter.taken, [&](auto& offset) { codec.number(offset); });
}

void walk(auto& codec, Is<GoneLetter> auto& gone) { codec.number(gone.id); }

void walk(auto& codec, Is<SnmpEngine> auto& engine) {
  codec.number(engine.boots);
  codec.text(engine.seed);
}

void append(BlobWriter& blobs, Kind kind, const auto& entity) {
  put_frame(blobs.open(), static_cast<std::uint8_t>(kind),
            [&](auto& codec) { walk(codec, entity); });
}

/// Hands the entity in `body` to `give`, unless its bytes are damaged.
template <typename Entity>
bool read(std::string_view body, auto&& give) {
  Entity entity;
  Reading reading(body);
  walk(reading, entity);
  if (!reading.whole()) return false;
  give(std::move(entity));
  return true;
}

template <typename Entity>
bool visit(std::string_view body, StateVisitor& visitor) {
  return read<Entity>(body, [&](Entity entity) { visitor.on(std::move(entity)); });
}

/// There are many: `room` is where one is read after the other.
bool visit_incident(std::string_view body, StateVisitor& visitor, desk::Incident& room) {
  // The later fields, which may be missing.
  room.pinned = {};
  room.resource.clear();
  room.pending_until = {};
  Reading reading(body);
  walk(reading, room);
  if (!reading.whole()) return false;
  visitor.on(room);
  return true;
}

bool visit_frame(const Frame& frame, StateVisitor& visitor, desk::Incident& room) {
  switch (static_cast<Kind>(frame.kind)) {
    case Kind::alarm_state:
      return visit<rules::AlarmState>(frame.body, visitor);
    case Kind::alarm_text:
      return read<AlarmTextBytes>(frame.body, [&](AlarmTextBytes text) {
        visitor.on(text.alarm, rules::AlarmText(std::string(text.bytes)));
      });
    case Kind::origin:
      return visit<rules::OriginView>(frame.body, visitor);
    case Kind::origin_gone:
      return read<GoneOrigin>(frame.body, [&](GoneOrigin gone) { visitor.on_gone(gone.id); });
    case Kind::tombstone:
      return visit<rules::Tombstone>(frame.body, visitor);
    case Kind::incident:
      return visit_incident(frame.body, visitor, room);
    case Kind::membership:
      return visit<desk::Membership>(frame.body, visitor);
    case Kind::timeline_entry:
      return read<KeyedEntry>(frame.body,
                              [&](const KeyedEntry& keyed) { visitor.on(keyed.key, keyed.entry); });
    case Kind::setup_names:
      return visit<SetupNames>(frame.body, visitor);
    case Kind::source_name:
      return visit<SourceName>(frame.body, visitor);
    case Kind::repeat_answer:
      return visit<RepeatAnswer>(frame.body, visitor);
    case Kind::source_position:
      return visit<SourcePosition>(frame.body, visitor);
    case Kind::source_watermark:
      return visit<SourceWatermark>(frame.body, visitor);
    case Kind::dead_letter:
      return visit<DeadLetter>(frame.body, visitor);
    case Kind::dead_letter_gone:
      return read<GoneLetter>(frame.body,
                              [&](GoneLetter gone) { visitor.on_letter_gone(gone.id); });
    case Kind::snmp_engine:
      return visit<SnmpEngine>(frame.body, visitor);
  }
  return false;
}

Half half_of(std::uint8_t kind) {
  switch (static_cast<Kind>(kind)) {
    case Kind::incident:
    case Kind::membership:
    case Kind::timeline_entry:
      return Half::desk;
    default:
      return Half::rest;
  }
}

bool is_of(std::uint8_t kind, rules::Contradiction::Entity entity) {
  using Entity = rules::Contradiction::Entity;
  switch (static_cast<Kind>(kind)) {
    case Kind::alarm_state:
    case Kind::alarm_text:
      return entity == Entity::alarm;
    case Kind::origin:
      return entity == Entity::origin;
    case Kind::incident:
      return entity == Entity::incident;
    case Kind::membership:
      return entity == Entity::membership;
    case Kind::timeline_entry:
      return entity == Entity::timeline;
    default:
      return false;
  }
}

bool read_frames(std::string_view blob, StateVisitor& visitor, auto&& wants) {
  FrameReader frames(blob);
  desk::Incident room;
  while (const auto frame = frames.next()) {
    if (wants(half_of(frame->kind)) && !visit_frame(*frame, visitor, room)) return false;
  }
  return !frames.failed();
}

}  // namespace

void StateWriter::put(const rules::AlarmState& state) { append(blobs_, Kind::alarm_state, state); }
void StateWriter::put(const rules::OriginView& origin) { append(blobs_, Kind::origin, origin); }
void StateWriter::put_gone(rules::OriginId origin) {
  append(blobs_, Kind::origin_gone, GoneOrigin{origin});
}
void StateWriter::put(const rules::Tombstone& tombstone) {
  append(blobs_, Kind::tombstone, tombstone);
}
void StateWriter::put(const desk::Incident& incident) { append(blobs_, Kind::incident, incident); }
void StateWriter::put(const desk::Membership& membership) {
  append(blobs_, Kind::membership, membership);
}
void StateWriter::put(const SetupNames& names) { append(blobs_, Kind::setup_names, names); }
void StateWriter::put(const SourceName& source) { append(blobs_, Kind::source_name, source); }
void StateWriter::put(const RepeatAnswer& answer) { append(blobs_, Kind::repeat_answer, answer); }
void StateWriter::put(const SourcePosition& position) {
  append(blobs_, Kind::source_position, position);
}
void StateWriter::put(const SourceWatermark& watermark) {
  append(blobs_, Kind::source_watermark, watermark);
}
void StateWriter::put(const DeadLetter& letter) { append(blobs_, Kind::dead_letter, letter); }
void StateWriter::put_letter_gone(std::uint64_t letter) {
  append(blobs_, Kind::dead_letter_gone, GoneLetter{letter});
}
void StateWriter::put(const SnmpEngine& engine) { append(blobs_, Kind::snmp_engine, engine); }

void StateWriter::put(rules::AlarmId alarm, const rules::AlarmText& text) {
  append(blobs_, Kind::alarm_text, AlarmTextBytes{alarm, text.bytes()});
}
void StateWriter::put(const desk::TimelineKey& key, const desk::TimelineEntryView& entry) {
  append(blobs_, Kind::timeline_entry, KeyedEntry{key, entry});
}

bool read_states(std::string_view blob, StateVisitor& visitor) {
  return read_frames(blob, visitor, [](Half) { return true; });
}

bool read_states(std::string_view blob, StateVisitor& visitor, Half half) {
  return read_frames(blob, visitor, [half](Half its) { return its == half; });
}

bool tells_of(std::string_view blob, rules::Contradiction::Entity entity, std::uint64_t id) {
  FrameReader frames(blob);
  while (const auto frame = frames.next()) {
    // The first field of all of these names the entity.
    if (is_of(frame->kind, entity) && rules::Unpacker(frame->body).number() == id) return true;
  }
  return false;
}

std::string states_problem(std::string_view blob) { return frames_problem(blob, kind_last); }

}  // namespace deskd::ledger
