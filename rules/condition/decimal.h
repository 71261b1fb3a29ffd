#pragma once
// Exact decimals of any length, compared digit by digit: no value passes through a double.

#include <compare>
#include <optional>
#include <string_view>

namespace deskd::rules {

/// A view of the digits of `-12.50`: whole part without leading zeros, fraction without trailing
/// ones. Zero is never negative.
struct Decimal {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
};

/// A sign or none, digits, and perhaps a point and digits. Nothing for any other text: no
/// exponents, no spaces, no units.
std::optional<Decimal> parse_decimal(std::string_view text);

std::strong_ordering operator<=>(const Decimal& left, const Decimal& right);

}  // namespace deskd::rules
