#pragma once
// Which row an instance belongs to: the sub-identifiers behind a column as values of the INDEX
// objects (RFC 2578, section 7.7).

#include <array>
#include <cstddef>
#include <memory_resource>
#include <span>

#include "config/limits.h"
#include "connectors/snmp/oid_table.h"
#include "connectors/snmp/trap.h"

namespace deskd::connectors {

struct IndexValue {
  const OidEntry* object = nullptr;
  Value value;
};

/// Room for the values of any row.
using IndexValues = std::array<IndexValue, limits::index_objects_max>;

/// The values of `row`'s INDEX objects in their order, written into `room`. Strings stand in
/// `arena`, OIDs are views into `instance`. None when `instance` is no instance of that row: too
/// short, too long, or with a number where an octet belongs.
std::span<const IndexValue> decode_index(const OidEntry& row, OidView instance,
                                         std::pmr::memory_resource& arena, IndexValues& room);

}  // namespace deskd::connectors
