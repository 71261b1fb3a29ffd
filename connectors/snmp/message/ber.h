#pragma once
// The Basic Encoding Rules as SNMP uses them (ITU-T X.690; RFC 3417, section 8: definite lengths
// only). Reading never looks outside of the bytes it was given.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace deskd::connectors::ber {

/// The tags of RFC 3416, section 3, and of what stands around a PDU.
enum Tag : std::uint8_t {
  integer = 0x02,
  bit_string = 0x03,
  octets = 0x04,
  null = 0x05,
  oid = 0x06,
  sequence = 0x30,
  ip_address = 0x40,
  counter32 = 0x41,
  gauge32 = 0x42,
  time_ticks = 0x43,
  opaque = 0x44,
  nsap_address = 0x45,  // RFC 1442
  counter64 = 0x46,
  uinteger32 = 0x47,  // RFC 1442
  no_such_object = 0x80,
  no_such_instance = 0x81,
  end_of_mib_view = 0x82,
};

/// What was read, or a sentence that says what is wrong: one of a few constants.
template <typename T>
using Read = std::expected<T, std::string_view>;

struct Element {
  std::uint8_t tag = 0;
  std::string_view content;
};

/// Takes elements from the front of bytes in somebody else's memory. Once something is wrong it is
/// not to be asked for more.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  bool empty() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

  Read<Element> next();
  /// The content of the next element, which must have this tag; `otherwise` says what is expected.
  Read<std::string_view> next(std::uint8_t tag, std::string_view otherwise);
  Read<std::int32_t> next_integer(std::string_view otherwise);

 private:
  std::string_view rest_;
};

// Contents. Octets that only repeat the sign are put up with, as long as the number has its range.
Read<std::int32_t> to_integer(std::string_view content);
/// Four octets are taken as they stand: some agents forget the zero before a high bit.
Read<std::uint32_t> to_unsigned(std::string_view content);
Read<std::uint64_t> to_unsigned64(std::string_view content);

/// Writes the sub-identifiers behind `room`, which has place for one more than `content` has
/// octets; returns how many. An empty OID is read as 0.0, as net-snmp does.
Read<std::size_t> to_oid(std::string_view content, std::uint32_t* room);

/// An element, ready to be sent.
std::string element(std::uint8_t tag, std::string_view content);
std::string integer_element(std::int64_t number, std::uint8_t tag = integer);

}  // namespace deskd::connectors::ber
