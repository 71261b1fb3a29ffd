#pragma once
// Every alarm there is, found by id or by identity.

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_set.hpp>

#include "rules/alarm.h"

namespace deskd::rules {

/// An alarm and what can be derived of it.
struct AlarmRecord {
  AlarmState state;  // id 0: a hole, there is no such alarm
  AlarmText text;
  std::uint64_t identity_hash = 0;
  std::array<std::uint32_t, severity_count> firing{};  // its firing origins, by severity
  std::uint32_t first_origin = 0;                      // of the ring that OriginTable keeps
  std::uint32_t loss = 0;  // while a call is under way: its place among the losses, from 1
  bool state_changed = false;
  bool text_changed = false;

  bool fires() const;
  Severity worst() const;  // of the firing origins; unknown when none fires
};

/// Owned by the correlator; core thread only. Records never move, and stay when they are forgotten.
class AlarmTable {
 public:
  AlarmTable();
  AlarmTable(const AlarmTable&) = delete;
  AlarmTable& operator=(const AlarmTable&) = delete;

  AlarmRecord* find(AlarmId id);
  const AlarmRecord* find(AlarmId id) const;
  AlarmRecord* find_identity(std::string_view packed);  // forgotten ones are not found
  AlarmId last() const { return records_.size(); }
  const std::array<std::uint64_t, severity_count>& active_by_severity() const { return active_; }

  /// The text must be given with `set_text` before the next `find_identity`.
  AlarmRecord& add(std::string_view packed_identity);
  void set_text(AlarmRecord& record, AlarmText text);
  void set_activity(AlarmRecord& record, bool active, Severity severity);
  void forget(AlarmRecord& record);
  void state_changed(AlarmRecord& record);  // to be called after every other change of the state

  std::vector<AlarmId> take_changed_states();
  std::vector<AlarmId> take_changed_texts();

  void restore(AlarmState state);
  void restore(AlarmId id, AlarmText text);
  void restored();

 private:
  struct Identity {
    std::uint64_t hash = 0;
    std::string_view packed;
  };
  struct Hash {
    using is_transparent = void;
    using is_avalanching = void;
    const AlarmTable* table;
    std::size_t operator()(AlarmId id) const { return table->record(id).identity_hash; }
    std::size_t operator()(const Identity& identity) const { return identity.hash; }
  };
  struct Equal {
    using is_transparent = void;
    const AlarmTable* table;
    bool operator()(AlarmId a, AlarmId b) const { return a == b; }
    bool operator()(const Identity& identity, AlarmId id) const;
    bool operator()(AlarmId id, const Identity& identity) const { return (*this)(identity, id); }
  };

  const AlarmRecord& record(AlarmId id) const { return records_[id - 1]; }
  AlarmRecord& make_room(AlarmId id);

  std::deque<AlarmRecord> records_;  // by id, from 1
  boost::unordered_flat_set<AlarmId, Hash, Equal> by_identity_;
  std::array<std::uint64_t, severity_count> active_{};
  std::vector<AlarmId> changed_states_, changed_texts_;
};

}  // namespace deskd::rules
