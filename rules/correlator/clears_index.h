#pragma once
// Finds the active alarms that a `clears` names.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/container/small_vector.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include "rules/alarm.h"
#include "rules/field.h"
#include "rules/rule_set.h"

namespace deskd::rules {

/// Active alarms of some types, by type and the values of one list of `by` fields. Source, sender
/// and key are fields of an origin, not of an alarm: they are left to who ends the origins. Owned
/// by the correlator; core thread only.
class ClearsIndex {
 public:
  explicit ClearsIndex(const ClearsShape& shape);

  const ClearsShape& shape() const { return shape_; }
  bool has_type(std::string_view type) const;
  /// Whether it holds all alarms that such a `clears` may mean.
  bool holds(const ClearsShape& wanted) const;
  bool holds(std::span<const std::string_view> types, std::span<const IdentityPart> by) const;
  /// By id. A few more than are meant may be among them (equal hashes): ask `names`.
  std::span<const AlarmId> find(std::string_view type, std::span<const IdentityPart> by);
  bool names(const AlarmText& text, std::string_view type, std::span<const IdentityPart> by) const;

  // An alarm is put in when it becomes active, and taken out, by the text it had, when it is not;
  // one of another type is none of its own.
  void put(AlarmId alarm, const AlarmText& text);
  void take_out(AlarmId alarm, const AlarmText& text);
  /// Of one that is in by the text that it had.
  void replace(AlarmId alarm, const AlarmText& old, const AlarmText& text);

 private:
  using Alarms = boost::container::small_vector<AlarmId, 1>;

  using Key = std::uint64_t;

  std::optional<Key> key_of(const AlarmText& text);  // nothing: another type, or a field is missing
  void put(AlarmId alarm, Key key);
  void take_out(AlarmId alarm, Key key);

  ClearsShape shape_;
  std::vector<FieldName> fields_;  // of shape_, in its order
  boost::unordered_flat_map<Key, Alarms> alarms_;
  std::string packed_;  // scratch
};

/// Whether a `by` field belongs to the origin.
bool is_of_origin(Field field);

}  // namespace deskd::rules
