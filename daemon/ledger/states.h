#pragma once
// Blob B: entity states, written whole, never as increments. Recovery applies the last state of
// each and never re-runs rules, so that an upgrade or a rule change can't rewrite the past.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/desk/desk.h"
#include "daemon/ledger/frames.h"
#include "rules/alarm.h"
#include "rules/restoring.h"
#include "rules/rule_set.h"

namespace deskd::ledger {

/// The names of a setup, written once, in the first record that uses it.
struct SetupNames {
  rules::SetupNumber number = 0;
  std::string hash;
  std::vector<rules::RuleName> rules;
  std::vector<std::string> queues;
};

struct SourceName {
  rules::SourceNumber number = 0;
  std::string name;
};

/// The answer that repeats of a message get. Goes by time and number alone.
struct RepeatAnswer {
  std::string key;
  std::uint64_t body_hash = 0;
  std::uint16_t status = 0;
  std::string answer;
  rules::Time at;
};

/// Up to where a source has read a partition: what is before `next` stands in the ledger.
struct SourcePosition {
  rules::SourceNumber source = 0;
  std::string topic;
  std::uint32_t partition = 0;
  std::uint64_t next = 0;
};

/// How far a source's own time has come; unknown: its time is now.
struct SourceWatermark {
  rules::SourceNumber source = 0;
  rules::Time at;
  bool stalled = false;  // it stood still for too long and was told of: now counts until it goes on
};

/// A message that can't become an alert, until a person deals with it.
struct DeadLetter {
  std::uint64_t id = 0;  // from 1, never given again
  rules::SourceNumber source = 0;
  std::string topic;
  std::uint32_t partition = 0;
  std::uint64_t offset = 0;
  rules::Time at;
  std::string reason;
  std::string key;
  std::string value;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::uint64_t value_bytes = 0;  // of the whole value
  bool is_cut = false;            // of key, headers or value something is missing
  /// Where in the value the alerts begin that could be read, and were taken.
  std::vector<std::uint32_t> taken = {};
};

/// deskd as an SNMP engine.
struct SnmpEngine {
  std::uint32_t boots = 0;  // how often it started (RFC 3414, section 2.2)
  std::string seed;         // random bytes of this installation, of which its engine ids are made
};

/// Writes entities into blobs: one, unless they come to more than `cut_bytes`.
class StateWriter {
 public:
  explicit StateWriter(std::size_t cut_bytes = limits::record_cut_bytes) : blobs_(cut_bytes) {}

  void put(const rules::AlarmState& state);
  void put(rules::AlarmId alarm, const rules::AlarmText& text);
  void put(const rules::OriginView& origin);
  void put_gone(rules::OriginId origin);
  void put(const rules::Tombstone& tombstone);
  void put(const desk::Incident& incident);
  void put(const desk::Membership& membership);
  void put(const desk::TimelineKey& key, const desk::TimelineEntryView& entry);
  void put(const SetupNames& names);
  void put(const SourceName& source);
  void put(const RepeatAnswer& answer);
  void put(const SourcePosition& position);
  void put(const SourceWatermark& watermark);
  void put(const DeadLetter& letter);
  void put_letter_gone(std::uint64_t letter);
  void put(const SnmpEngine& engine);

  bool empty() const { return blobs_.empty(); }
  /// The oldest blob that was not taken; no bytes: all were.
  std::string take() { return blobs_.take(); }

 private:
  BlobWriter blobs_;
};

/// Gets every entity of a blob, in the order in which they were written. What comes by reference,
/// and what it views, is valid during the call.
class StateVisitor {
 public:
  virtual ~StateVisitor() = default;
  virtual void on(rules::AlarmState state) = 0;
  virtual void on(rules::AlarmId alarm, rules::AlarmText text) = 0;
  virtual void on(const rules::OriginView& origin) = 0;
  virtual void on_gone(rules::OriginId origin) = 0;
  virtual void on(rules::Tombstone tombstone) = 0;
  virtual void on(const desk::Incident& incident) = 0;
  virtual void on(desk::Membership membership) = 0;
  virtual void on(const desk::TimelineKey& key, const desk::TimelineEntryView& entry) = 0;
  virtual void on(SetupNames names) = 0;
  virtual void on(SourceName source) = 0;
  virtual void on(RepeatAnswer answer) = 0;
  virtual void on(SourcePosition position) = 0;
  virtual void on(SourceWatermark watermark) = 0;
  virtual void on(DeadLetter letter) = 0;
  virtual void on_letter_gone(std::uint64_t letter) = 0;
  virtual void on(SnmpEngine engine) = 0;
};

/// The desk's entities (incidents, memberships, timeline entries), and all others. No entity of one
/// half needs one of the other, so that two threads can read them side by side.
enum class Half : std::uint8_t { desk, rest };

/// False: the bytes are not a blob of a version that this program knows, or are damaged.
bool read_states(std::string_view blob, StateVisitor& visitor);
/// Of one half alone.
bool read_states(std::string_view blob, StateVisitor& visitor, Half half);

/// Whether the blob tells of this entity.
bool tells_of(std::string_view blob, rules::Contradiction::Entity entity, std::uint64_t id);

/// What keeps this program from reading the blob, in words (a newer version, damage), as far as its
/// frames show; empty when nothing does.
std::string states_problem(std::string_view blob);

}  // namespace deskd::ledger
