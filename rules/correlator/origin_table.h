#pragma once
// Every origin there is, found by what its sender calls it and by the alarm to which it is bound.

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <queue>
#include <vector>

#include <boost/unordered/unordered_flat_set.hpp>

#include "config/limits.h"
#include "rules/alarm.h"
#include "rules/correlator/block.h"
#include "rules/correlator/hash.h"
#include "rules/correlator/origin_names.h"
#include "rules/restoring.h"
#include "rules/rows.h"

namespace deskd::rules {

/// An origin in the lists of its alarm and of its name, as small as it goes. A link is an id; 0:
/// none.
struct OriginRecord {
  Time event_at, received_at, ends_at;
  std::uint32_t id = 0;  // 0: a hole
  std::uint32_t alarm = 0;
  SetupNumber setup = 0;
  std::uint32_t name = 0;                                  // see OriginNames
  std::uint32_t next_of_alarm = 0, previous_of_alarm = 0;  // a ring
  std::uint32_t next_of_name = 0, previous_of_name = 0;
  Status status = Status::firing;
  Severity severity = Severity::unknown;
  ClearCause ended_by = ClearCause::none;
  bool changed = false;

  bool fires() const { return id != 0 && status == Status::firing; }
};

/// Whether `a` was heard after `b`. Depends on nothing that recovery would not know.
bool heard_later(const OriginRecord& a, const OriginRecord& b);

/// Owned by the correlator; core thread only. A record does not move while it is there. An alarm's
/// origins are a ring whose first one is kept in the alarm; the firing ones stand at its front.
class OriginTable {
 public:
  OriginTable();
  OriginTable(const OriginTable&) = delete;
  OriginTable& operator=(const OriginTable&) = delete;

  OriginRecord* find(OriginId id);
  const OriginRecord* find(OriginId id) const;
  /// `first` as below.
  OriginRecord* find(const OriginName& name, AlarmId alarm, std::uint32_t first);
  /// All origins of a key. None when it has more than `limits::identities_per_key_max`: what
  /// stands for so many things can't be followed.
  void find_key(const OriginName& name, std::vector<OriginRecord*>& found);
  void find_firing(std::uint32_t first, std::vector<OriginRecord*>& found);  // by id
  // In no order that recovery would know, until `each` says false.
  void each_firing(std::uint32_t first, auto&& each);
  void each_of(std::uint32_t first, auto&& each) const;
  void each_named(const OriginName& name, auto&& each);
  std::uint32_t count_named(const OriginName& name) const;
  bool has_keys(SourceNumber source) const { return names_.has_keys(source); }
  OriginName name_of(const OriginRecord& record) const { return names_.name(record.name); }
  SourceNumber source_of(const OriginRecord& record) const { return names_.source(record.name); }
  OriginView view(const OriginRecord& record) const;
  // Where it stands, for who asks the memory for it.
  const OriginRecord& at(std::uint32_t id) const { return records_[id - 1]; }
  const OriginNames& names() const { return names_; }

  // `first` is the beginning of the ring of the alarm to which the origin is or becomes bound.
  /// It does not fire yet.
  OriginRecord& add(const OriginName& name, AlarmId alarm, std::uint32_t& first);
  void set_status(OriginRecord& record, Status status, std::uint32_t& first);
  void unbind(OriginRecord& record, std::uint32_t& first);
  void bind(OriginRecord& record, AlarmId alarm, std::uint32_t& first);
  void remove_all(std::uint32_t& first);
  void changed(OriginRecord& record);  // to be called after every other change

  std::vector<OriginId> take_changed();
  std::vector<OriginId> take_gone();

  bool restore(const OriginView& origin);  // false: there is no such id
  void restore_gone(OriginId id);
  /// `bound` is called for each origin, by id; it says where the alarm keeps the ring's beginning,
  /// nullptr: it can't have an origin. That is a contradiction, and this is not to be used then.
  std::optional<Contradiction> restored(
      const std::function<std::uint32_t*(const OriginRecord&)>& bound);

 private:
  struct Bound {
    std::uint32_t name = 0;
    std::uint32_t alarm = 0;
    std::size_t hash() const { return spread(std::uint64_t{alarm} << 32 | name); }
    bool operator==(const Bound&) const = default;
  };
  struct Hash {
    using is_transparent = void;
    using is_avalanching = void;
    const OriginTable* table;
    std::size_t operator()(std::uint32_t id) const { return table->bound(id).hash(); }
    std::size_t operator()(const Bound& bound) const { return bound.hash(); }
  };
  struct Equal {
    using is_transparent = void;
    const OriginTable* table;
    bool operator()(std::uint32_t a, std::uint32_t b) const { return a == b; }
    bool operator()(const Bound& bound, std::uint32_t id) const {
      return bound == table->bound(id);
    }
    bool operator()(std::uint32_t id, const Bound& bound) const { return (*this)(bound, id); }
  };

  const OriginRecord& record(std::uint32_t id) const { return records_[id - 1]; }
  OriginRecord& record(std::uint32_t id) { return records_[id - 1]; }
  Bound bound(std::uint32_t id) const { return {record(id).name, record(id).alarm}; }
  OriginRecord& make();
  void index(OriginRecord& record);
  void link_alarm(OriginRecord& record, std::uint32_t& first);
  void unlink_alarm(OriginRecord& record, std::uint32_t& first);
  void link_name(OriginRecord& record);
  void unlink_name(OriginRecord& record);

  Rows<OriginRecord> records_;  // by id, from 1
  std::priority_queue<OriginId, std::vector<OriginId>, std::greater<>> free_;
  OriginNames names_;
  boost::unordered_flat_set<std::uint32_t, Hash, Equal> by_alarm_;
  std::vector<OriginId> changed_, gone_;

  // Only during recovery, which hears of most origins several times: names not yet made one.
  struct RestoredName {
    Block texts;
    SourceNumber source = 0;
  };
  std::deque<RestoredName> restored_names_;  // by id, from 1
  std::string packed_;                       // scratch
};

inline void OriginTable::each_firing(std::uint32_t first, auto&& each) {
  each_of(first, [&](const OriginRecord& its) { return its.fires() && each(record(its.id)); });
}

inline void OriginTable::each_of(std::uint32_t first, auto&& each) const {
  std::uint32_t id = first;
  while (id != 0 && each(record(id))) {
    id = record(id).next_of_alarm;
    if (id == first) return;
  }
}

inline void OriginTable::each_named(const OriginName& name, auto&& each) {
  const std::uint32_t number = names_.find(name);
  std::uint32_t id = number != 0 ? names_.first(number) : 0;
  while (id != 0 && each(record(id))) id = record(id).next_of_name;
}

}  // namespace deskd::rules
