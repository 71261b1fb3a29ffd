#pragma once
// Bodies that come compressed (RFC 1952), inflated as a stream so that a bomb ends at the limit.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace deskd::connectors {

enum class InflateFault : std::uint8_t {
  damaged,    // not gzip, cut off, or a checksum does not fit
  too_large,  // more than `bytes_max` come out
};

/// All members of `compressed`, one behind the other.
std::expected<std::string, InflateFault> inflate_gzip(std::string_view compressed,
                                                      std::size_t bytes_max);

}  // namespace deskd::connectors
