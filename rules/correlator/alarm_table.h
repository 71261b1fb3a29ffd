#pragma once
// Every alarm there is, found by id or by identity.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "rules/alarm.h"
#include "rules/correlator/alarm_texts.h"
#include "rules/correlator/block.h"
#include "rules/correlator/hash.h"
#include "rules/correlator/label_marks.h"
#include "rules/restoring.h"
#include "rules/rows.h"

namespace deskd::rules {

/// An alarm and what can be derived of it: its AlarmState, as small as it goes. What is counted by
/// several of them stands in the table.
struct AlarmRecord {
  Time raised_at, last_at, cleared_at, event_at;
  std::uint64_t count = 0;
  Block text;                       // as AlarmTexts keeps it
  std::uint32_t id = 0;             // 0: a hole, there is no such alarm
  std::uint32_t identity_hash = 0;  // the upper half
  std::uint32_t first_origin = 0;   // of the ring that OriginTable keeps
  // Its firing origins by severity, as far as a byte counts. For many readers it is enough to know
  // whether there are some: the table has the rest.
  std::array<std::uint8_t, severity_count> firing{};
  Severity severity : 3 = Severity::unknown;
  ClearCause cleared_by : 3 = ClearCause::none;
  bool active : 1 = false;
  bool released : 1 = false;
  bool forgotten : 1 = false;
  bool clearable : 1 = false;  // its type is one that an index of `clears` holds
  bool loses : 1 = false;      // while a call is under way: it stands among the losses
  bool state_changed : 1 = false;
  bool text_changed : 1 = false;  // it stands among the changes

  bool fires() const;
  Severity worst() const;  // of the firing origins; unknown when none fires
  AlarmState state() const;
};

/// Owned by the correlator; core thread only. Records never move, and stay when they are forgotten.
class AlarmTable {
 public:
  using Counts = std::array<std::uint32_t, severity_count>;

  AlarmTable();
  AlarmTable(const AlarmTable&) = delete;
  AlarmTable& operator=(const AlarmTable&) = delete;

  AlarmRecord* find(AlarmId id);
  const AlarmRecord* find(AlarmId id) const;
  AlarmRecord* find(const Imprint& imprint);  // by identity; forgotten ones are not found
  AlarmId last() const { return records_.size(); }
  /// The one that `find` will most likely give; nullptr: none. It is not looked at.
  const AlarmRecord* guess(const Imprint& imprint) const;
  const std::array<std::uint64_t, severity_count>& active_by_severity() const { return active_; }
  NextAlarm next(AlarmId from, bool is_downward, const WantedMarks& wanted) const;

  AlarmText text_of(const AlarmRecord& record) const;
  /// Whether it has a text, and that says what an alert with this imprint says.
  bool says(const AlarmRecord& record, const Imprint& imprint) const;
  Counts firing_of(const AlarmRecord& record) const;

  /// The text must be given with `set_text` before the next `find`.
  AlarmRecord& add(const Imprint& imprint);
  /// `text`: the bytes of an AlarmText. `imprint`: of the alert whose texts these are.
  void set_text(AlarmRecord& record, std::string_view text, const Imprint& imprint);
  void set_activity(AlarmRecord& record, bool active, Severity severity);
  void add_firing(AlarmRecord& record, Severity severity);
  void remove_firing(AlarmRecord& record, Severity severity);
  void forget(AlarmRecord& record);
  void state_changed(AlarmRecord& record);  // to be called after every other change of the state

  std::vector<AlarmId> take_changed_states();
  std::vector<TextChange> take_changed_texts();  // each alarm once, as it is now

  // False: an id that can't be.
  bool restore(const AlarmState& state);
  bool restore(AlarmId id, const AlarmText& text);
  /// Now that all is there. Of a contradiction it tells the first, and is not to be used then.
  std::optional<Contradiction> restored();

 private:
  /// Looked up by, it is content with what the index itself knows of a hash.
  struct Guess {
    std::uint32_t hash = 0;
  };
  struct Hash {
    using is_transparent = void;
    using is_avalanching = void;
    const AlarmTable* table;
    std::size_t operator()(const Guess& guess) const { return spread(guess.hash); }
    std::size_t operator()(std::uint32_t id) const {
      return spread(table->record(id).identity_hash);
    }
    std::size_t operator()(const Imprint& imprint) const { return spread(hash_of(imprint)); }
  };
  struct Equal {
    using is_transparent = void;
    const AlarmTable* table;
    bool operator()(std::uint32_t a, std::uint32_t b) const { return a == b; }
    bool operator()(const Guess& /*guess*/, std::uint32_t /*id*/) const { return true; }
    bool operator()(std::uint32_t /*id*/, const Guess& /*guess*/) const { return true; }
    bool operator()(const Imprint& imprint, std::uint32_t id) const;
    bool operator()(std::uint32_t id, const Imprint& imprint) const { return (*this)(imprint, id); }
  };

  static std::uint32_t hash_of(const Imprint& imprint) {
    return static_cast<std::uint32_t>(imprint.identity_hash >> 32);
  }
  const AlarmRecord& record(AlarmId id) const { return records_[id - 1]; }
  AlarmRecord* make_room(AlarmId id);    // nullptr: an id that can't be
  void read_marks(AlarmId first) const;  // of a group

  Rows<AlarmRecord> records_;  // by id, from 1
  AlarmTexts texts_;
  mutable LabelMarks marks_;  // those of texts that somebody asked for
  boost::unordered_flat_set<std::uint32_t, Hash, Equal> by_identity_;
  // By alarm and severity: firing origins that a byte has not counted.
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> more_firing_;
  std::array<std::uint64_t, severity_count> active_{};
  std::vector<AlarmId> changed_states_;
  std::vector<TextChange> changed_texts_;  // an alarm's last one counts
};

}  // namespace deskd::rules
