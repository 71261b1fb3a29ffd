#pragma once
// What deskd knows of OIDs: names, syntaxes, indexes. Made once for each setup, then never changed.

#include <bitset>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/limits.h"
#include "config/problems.h"
#include "connectors/snmp/display_hint.h"
#include "connectors/snmp/oid.h"
#include "connectors/snmp/oid_definition.h"

namespace deskd::connectors {

struct OidEntry;

/// One object of a row's INDEX clause, in its order.
struct IndexObject {
  const OidEntry* object = nullptr;
  bool implied = false;  // the last one, and its length is not sent
};

struct OidEntry {
  std::vector<std::uint32_t> sub_ids;
  std::string module;
  std::string name;
  OidKind kind = OidKind::node;
  Syntax syntax = Syntax::none;
  std::uint16_t fixed_size = 0;  // of octets; 0: of any size
  std::optional<OctetHint> octet_hint;
  std::optional<IntegerHint> integer_hint;
  std::vector<NamedNumber> values;       // by number
  std::vector<IndexObject> index;        // of a row
  std::vector<const OidEntry*> objects;  // of a notification
  const OidEntry* row = nullptr;         // of a column

  OidView oid() const { return OidView(sub_ids); }
  /// The name that an enumeration gives to `number`, or bits to a position; empty when none.
  std::string_view name_of(std::int64_t number) const;
};

/// Immutable after `compile`; any thread may read it. Entries stay where they are.
class OidTable {
 public:
  /// Checks the definitions and links them. Of one OID defined in two files the later stands; twice
  /// in one file is a mistake. Fails with every mistake found.
  static std::expected<std::shared_ptr<const OidTable>, config::Problems> compile(
      std::vector<OidDefinition> definitions);

  const OidEntry* find(OidView oid) const;
  /// The entry with the most sub-identifiers that `oid` is under; null when there is none. Costs
  /// one look at a hash table for each length that OIDs of the table have.
  const OidEntry* find_longest(OidView oid) const;
  /// What a trap is called. A notification that a module defines as `traps.3` comes as `traps.0.3`
  /// from agents that speak version 1, since RFC 3584 can't see how it was defined: both are found.
  const OidEntry* find_notification(OidView trap_oid) const;

  std::span<const OidEntry> entries() const { return entries_; }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    const OidEntry* entry = nullptr;  // null: free
  };

  explicit OidTable(std::vector<OidEntry> entries);
  const OidEntry* find_hashed(std::uint64_t hash, OidView oid) const;

  std::vector<OidEntry> entries_;  // by OID
  std::vector<Slot> slots_;        // a power of two of them, at most half are taken
  std::bitset<limits::oid_sub_ids_max + 1> sizes_;  // that OIDs of the table have
};

}  // namespace deskd::connectors
