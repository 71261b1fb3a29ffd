#pragma once
// SNMP v2c traps, encoded before the first is sent: linkDown of an interface with four varbinds.

#include <cstddef>
#include <cstdint>
#include <string>

namespace deskd::bench {

/// A datagram with two numbers in it that differ each time it is sent; both have four octets.
struct TrapPacket {
  std::string bytes;
  std::size_t request_id = 0;  // where it stands
  std::size_t uptime = 0;      // sysUpTime, in hundredths of a second
};

/// RFC 3416, section 4.2.6, with the community "public"; the objects are those of RFC 2863.
TrapPacket make_trap(std::uint32_t if_index);
void write_number(std::string& bytes, std::size_t place, std::uint32_t number);

}  // namespace deskd::bench
