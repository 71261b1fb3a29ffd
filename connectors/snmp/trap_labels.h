#pragma once
// What a trap says, as the fields and labels of an alert. Which label has which name is told in the
// README of this folder.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/batch.h"
#include "connectors/format/label_list.h"
#include "connectors/snmp/index_decoding.h"
#include "connectors/snmp/oid_table.h"
#include "connectors/snmp/trap.h"

namespace deskd::connectors {

struct TrapAlert {
  /// Without source, severity, times and status: those are no matter of the trap's own.
  rules::Alert alert;
  /// Varbinds and labels that are not there: more than there is room for, longer than a label may
  /// be, or sent twice.
  std::size_t left_out = 0;
};

/// Lives on the SNMP thread, one for many traps: its memory is used again. Every byte of a trap is
/// hostile; nothing in one makes it fail.
class TrapLabels {
 public:
  /// All texts of the alert stand in `batch`. Allocates nothing else once it has seen a few traps.
  TrapAlert read(const Trap& trap, const OidTable& table, Batch& batch);

 private:
  /// A varbind and what the table knows of it.
  struct Found {
    const Varbind* varbind = nullptr;
    const OidEntry* object = nullptr;  // null: nothing is known
    OidView instance;                  // behind the object; all of it when there is none
  };
  /// What one call of `read` works on.
  struct Reading {
    const Trap& trap;
    const OidTable& table;
    Batch& batch;
    TrapAlert result{};
    const Found* first_row = nullptr;  // the first varbind that is a column's instance
    std::size_t labels_max = 0;        // for now: what comes later has its room
  };

  void look_up(Reading& reading);
  void add_facts(Reading& reading);
  void add_varbind(const Found& found, Reading& reading);
  void add_index(std::span<const IndexValue> values, Reading& reading);
  /// `name_raw` is the label's name with `.raw` behind it, in the batch's memory.
  void add_value(std::string_view name_raw, const Value& value, const OidEntry* object,
                 Reading& reading);
  /// Empty when the name is taken already, or too long.
  std::string_view name_of(const Found& found, Reading& reading);
  bool is_taken(std::string_view name) const;

  std::vector<Found> found_;
  std::vector<const Found*> named_;  // the first of each object
  LabelList list_;
  std::string scratch_;
};

}  // namespace deskd::connectors
