#pragma once
// A varbind's value for people, and as it was sent.

#include <string>

#include "connectors/snmp/oid_table.h"
#include "connectors/snmp/trap.h"

namespace deskd::connectors {

/// Appends `value` as text: an enumeration's name where `object` has one, octets by the object's
/// hint, else as text where they are printable UTF-8, else as `0x…`; an OID by its name where
/// `table` has one. `object` is null when nothing is known of it. Appends nothing for no value and
/// for empty octets.
void append_text(const Value& value, const OidEntry* object, const OidTable& table,
                 std::string& out);

/// Appends `value` as it was sent: numbers in decimal, OIDs as numbers and dots, all else as `0x…`.
/// Appends nothing for no value and for empty octets.
void append_raw(const Value& value, std::string& out);

/// Appends `10.0.0.7`.
void append_address(const Ipv4& address, std::string& out);

}  // namespace deskd::connectors
