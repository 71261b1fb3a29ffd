#pragma once
// The numbers that agents of the NET-SNMP family wrap in an Opaque: floating point, and 64 bits.

#include <string>
#include <string_view>

namespace deskd::connectors {

/// Appends the number of a wrapped Float, Double, Integer64, Unsigned64 or Counter64
/// (draft-perkins-opaque-01, section 2), in as few digits as tell it apart. False, and nothing is
/// appended, when `octets` hold something else, infinity, or no number.
bool append_opaque_number(std::string_view octets, std::string& out);

}  // namespace deskd::connectors
