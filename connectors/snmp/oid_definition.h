#pragma once
// What somebody wrote about one OID: a line of a table, or a clause of a MIB module. Plain; checked
// by `OidTable::compile`.

#include <cstdint>
#include <string>
#include <vector>

#include "config/place.h"

namespace deskd::connectors {

enum class OidKind : std::uint8_t {
  node,          // a name, no more: a prefix, or an identity that is the value of something
  row,           // a conceptual row: its index says how its columns' instances are named
  object,        // a scalar, or a column when the OID above it is a row
  notification,  // a trap
};

/// How an object's values are to be read. SMI's base types, as far as they differ in that.
enum class Syntax : std::uint8_t {
  none,
  integer,      // INTEGER, Integer32, enumerations
  unsigned_32,  // Unsigned32, Gauge32, Counter32
  counter_64,
  time_ticks,
  octets,
  bits,
  oid,
  ip_address,    // IpAddress: four octets
  inet_address,  // InetAddress (RFC 4001): 4 or 16 octets, else whatever its type says
  opaque,
};

/// Whether a value's length stands before it in an index, unless it is always the same or IMPLIED
/// (RFC 2578, section 7.7).
constexpr bool has_length_in_index(Syntax syntax) {
  return syntax == Syntax::octets || syntax == Syntax::bits || syntax == Syntax::oid ||
         syntax == Syntax::inet_address;
}
/// Whether values of it can stand in an index at all.
constexpr bool is_index_syntax(Syntax syntax) {
  return syntax != Syntax::opaque && syntax != Syntax::counter_64;
}

struct NamedNumber {
  std::string name;
  std::int32_t number = 0;  // of a value; for bits the position
};

/// `IMPLIED OTHER-MIB::name`.
struct OidReference {
  std::string module;  // empty: the one that refers, else the only one that has the name
  std::string name;
  bool implied = false;  // RFC 2578, section 7.7
  config::Place place;
};

struct OidDefinition {
  std::vector<std::uint32_t> oid;
  std::string module;
  std::string name;
  OidKind kind = OidKind::node;
  Syntax syntax = Syntax::none;
  std::uint16_t fixed_size = 0;      // of octets; 0: of any size
  std::string hint;                  // DISPLAY-HINT
  std::vector<OidReference> refers;  // a row's index, a notification's objects
  std::vector<NamedNumber> values;
  config::Place place;
};

}  // namespace deskd::connectors
