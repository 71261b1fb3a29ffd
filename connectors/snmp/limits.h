#pragma once
// The limits of SNMP's vocabulary, each with its reason. What all alerts share stands in
// config/limits.h.

#include <cstddef>

namespace deskd::limits {

constexpr std::size_t oid_sub_ids_max = 128;                      // RFC 2578, section 3.5
constexpr std::size_t oid_text_bytes_max = oid_sub_ids_max * 11;  // ten digits and a dot each
constexpr std::size_t varbinds_max = 256;  // of one trap; a label list has room for fewer
constexpr std::size_t oid_definitions_max = 200'000;  // all MIBs of a large collection
constexpr std::size_t oid_name_bytes_max = 128;       // RFC 2578, section 3.1 allows 64
constexpr std::size_t oid_values_max = 2'048;         // of one enumeration; ifType has 291
constexpr std::size_t oid_references_max = 64;        // of a notification; the longest known has 24
constexpr std::size_t index_objects_max = 16;         // of one row; the longest known has 9
constexpr std::size_t hint_parts_max = 32;            // of one DISPLAY-HINT; DateAndTime has 9

}  // namespace deskd::limits
