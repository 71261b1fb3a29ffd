#include "connectors/snmp/opaque_number.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace deskd::connectors {
namespace {

// The second octet of an extension's tag, of which the first says that there is a second.
constexpr char extension = '\x9f';
enum Type : std::uint8_t {
  counter_64 = 0x76,
  float_32 = 0x78,
  float_64 = 0x79,
  integer_64 = 0x7a,
  unsigned_64 = 0x7b,
};

std::uint64_t bits_of(std::string_view octets, std::uint64_t start = 0) {
  for (const char c : octets) start = start << 8U | static_cast<unsigned char>(c);
  return start;
}

bool append_finite(auto number, std::string& out) {
  if (!std::isfinite(number)) return false;
  fmt::format_to(std::back_inserter(out), "{}", number);
  return true;
}

bool append_integer(std::string_view octets, std::string& out) {
  if (octets.empty() || octets.size() > sizeof(std::int64_t)) return false;
  const bool is_negative = static_cast<signed char>(octets.front()) < 0;
  const auto bits = bits_of(octets, is_negative ? ~std::uint64_t{0} : 0);
  fmt::format_to(std::back_inserter(out), "{}", static_cast<std::int64_t>(bits));
  return true;
}

bool append_unsigned(std::string_view octets, std::string& out) {
  // The sign's octet, where the number begins with a bit.
  if (octets.size() == sizeof(std::uint64_t) + 1 && octets.front() == '\0') octets.remove_prefix(1);
  if (octets.empty() || octets.size() > sizeof(std::uint64_t)) return false;
  fmt::format_to(std::back_inserter(out), "{}", bits_of(octets));
  return true;
}

}  // namespace

bool append_opaque_number(std::string_view octets, std::string& out) {
  constexpr std::size_t head_bytes = 3;  // both of the tag, then a length below 128
  if (octets.size() <= head_bytes || octets[0] != extension) return false;
  const std::string_view content = octets.substr(head_bytes);
  if (static_cast<unsigned char>(octets[2]) != content.size()) return false;
  switch (static_cast<std::uint8_t>(octets[1])) {
    case float_32:
      return content.size() == sizeof(float) &&
             append_finite(std::bit_cast<float>(static_cast<std::uint32_t>(bits_of(content))), out);
    case float_64:
      return content.size() == sizeof(double) &&
             append_finite(std::bit_cast<double>(bits_of(content)), out);
    case integer_64:
      return append_integer(content, out);
    case counter_64:
    case unsigned_64:
      return append_unsigned(content, out);
    default:
      return false;
  }
}

}  // namespace deskd::connectors
