#pragma once
// Addresses and networks of IPv4 and IPv6: who may send, and what the condition `cidr` asks.

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace deskd::rules {

/// In network order; of IPv4 the first four bytes, the others are zero. An IPv4 address inside of
/// IPv6 (`::ffff:10.0.0.7`, RFC 4291, section 2.5.5.2) is the IPv4 address.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};
  bool is_v6 = false;

  static IpAddress v4(std::span<const std::uint8_t, 4> bytes);
  static IpAddress v6(std::span<const std::uint8_t, 16> bytes);
  /// `10.0.0.7`, `2001:db8::1` (RFC 4291, section 2.2); a zone (`fe80::1%eth0`) is passed over. No
  /// leading zeros in IPv4, which some read as octal.
  static std::optional<IpAddress> parse(std::string_view text);

  bool operator==(const IpAddress&) const = default;
};

/// `10.0.0.0/8`. Plain; made by `parse`, which knows that no bit behind the prefix is set.
struct Network {
  std::array<std::uint8_t, 16> address{};  // as in IpAddress
  std::uint8_t prefix_bits = 0;            // up to 32, of IPv6 up to 128
  bool is_v6 = false;

  /// An address alone is a network of one. Fails with a sentence that says what is wrong.
  static std::expected<Network, std::string> parse(std::string_view text);

  /// An address of the other family is never in it.
  bool contains(const IpAddress& candidate) const;
  /// As it is written: `10.0.0.0/8`, `2001:db8:0:0:0:0:0:0/32`.
  std::string text() const;

  bool operator==(const Network&) const = default;
};

}  // namespace deskd::rules
