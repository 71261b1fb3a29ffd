#include "rules/network.h"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace deskd::rules {
namespace {

using Bytes = std::array<std::uint8_t, 16>;
constexpr std::size_t v4_bytes = 4;
constexpr std::size_t v6_groups = 8;

/// A decimal number without leading zeros, all of `text`.
std::optional<unsigned> parse_number(std::string_view text, unsigned max) {
  unsigned number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end || number > max) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return number;
}

/// The text up to `separator`, taken off `rest` with it.
std::string_view take_until(std::string_view& rest, char separator) {
  const std::string_view part = rest.substr(0, rest.find(separator));
  rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  return part;
}

bool parse_v4(std::string_view text, std::span<std::uint8_t> into) {
  if (std::ranges::count(text, '.') != v4_bytes - 1 || text.ends_with('.')) return false;
  for (std::size_t i = 0; i < v4_bytes; ++i) {
    const auto number = parse_number(take_until(text, '.'), 255);
    if (!number) return false;
    into[i] = static_cast<std::uint8_t>(*number);
  }
  return true;
}

/// The groups of one side of `::`, put behind each other; the number of bytes, or nothing.
std::optional<std::size_t> parse_groups(std::string_view text, Bytes& into) {
  std::size_t bytes = 0;
  while (!text.empty()) {
    if (bytes == into.size() || text.front() == ':' || text == ":") return std::nullopt;
    const bool is_last = text.find(':') == std::string_view::npos;
    if (!is_last && text.ends_with(':')) return std::nullopt;
    const std::string_view group = take_until(text, ':');
    if (is_last && group.find('.') != std::string_view::npos) {
      if (bytes + v4_bytes > into.size()) return std::nullopt;
      if (!parse_v4(group, std::span(into).subspan(bytes, v4_bytes))) return std::nullopt;
      return bytes + v4_bytes;
    }
    std::uint16_t number = 0;
    const char* const end = group.data() + group.size();
    const auto [stop, error] = std::from_chars(group.data(), end, number, 16);
    if (error != std::errc{} || stop != end || group.size() > 4) return std::nullopt;
    into[bytes++] = static_cast<std::uint8_t>(number >> 8);
    into[bytes++] = static_cast<std::uint8_t>(number & 0xFF);
  }
  return bytes;
}

std::optional<Bytes> parse_v6(std::string_view text) {
  Bytes bytes{};
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    const auto size = parse_groups(text, bytes);
    if (size != bytes.size()) return std::nullopt;
    return bytes;
  }
  Bytes tail{};
  const std::string_view before = text.substr(0, gap);
  const std::string_view after = text.substr(gap + 2);
  // An IPv4 address may only stand at the very end.
  if (before.find('.') != std::string_view::npos) return std::nullopt;
  const auto head_size = parse_groups(before, bytes);
  const auto tail_size = parse_groups(after, tail);
  // The gap stands for at least one group.
  if (!head_size || !tail_size || *head_size + *tail_size > bytes.size() - 2) return std::nullopt;
  std::copy_n(tail.begin(), *tail_size, bytes.end() - static_cast<std::ptrdiff_t>(*tail_size));
  return bytes;
}

bool is_set(const Bytes& bytes, std::size_t bit) {
  return (bytes[bit / 8] & (0x80U >> (bit % 8))) != 0;
}

std::string text_of(const Bytes& bytes, bool is_v6) {
  std::string text;
  if (!is_v6) {
    for (std::size_t i = 0; i < v4_bytes; ++i) {
      if (i > 0) text += '.';
      text += std::to_string(bytes[i]);
    }
    return text;
  }
  for (std::size_t group = 0; group < v6_groups; ++group) {
    if (group > 0) text += ':';
    std::array<char, 4> digits;
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(),
                                            bytes[2 * group] << 8 | bytes[2 * group + 1], 16);
    text.append(digits.data(), end);
  }
  return text;
}

}  // namespace

IpAddress IpAddress::v4(std::span<const std::uint8_t, 4> bytes) {
  IpAddress address;
  std::ranges::copy(bytes, address.bytes.begin());
  return address;
}

IpAddress IpAddress::v6(std::span<const std::uint8_t, 16> bytes) {
  constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (std::ranges::equal(bytes.first<12>(), mapped)) return v4(bytes.last<4>());
  IpAddress address{.bytes = {}, .is_v6 = true};
  std::ranges::copy(bytes, address.bytes.begin());
  return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.find(':') == std::string_view::npos) {
    IpAddress address;
    if (!parse_v4(text, address.bytes)) return std::nullopt;
    return address;
  }
  const std::size_t zone = text.find('%');
  if (zone + 1 == text.size()) return std::nullopt;
  const auto bytes = parse_v6(text.substr(0, zone));
  if (!bytes) return std::nullopt;
  return v6(*bytes);
}

std::expected<Network, std::string> Network::parse(std::string_view text) {
  const auto wrong = [&](const std::string& why) {
    return std::unexpected("'" + std::string(text) + "' " + why);
  };
  std::string_view rest = text;
  const std::string_view written = take_until(rest, '/');
  const auto address = IpAddress::parse(written);
  if (!address || written.find('%') != std::string_view::npos) {
    return wrong("is no network: write 10.0.0.0/8 or 2001:db8::/32");
  }
  // ::ffff:10.0.0.0/104 is 10.0.0.0/8, but hardly what somebody meant to write.
  if (!address->is_v6 && written.find(':') != std::string_view::npos) {
    return wrong("is IPv4 inside of IPv6: write it as IPv4");
  }
  const unsigned bits_max = address->is_v6 ? 128 : 32;
  Network network{address->bytes, static_cast<std::uint8_t>(bits_max), address->is_v6};
  if (written.size() == text.size()) return network;
  const auto bits = parse_number(rest, bits_max);
  if (!bits) return wrong("needs a number from 0 to " + std::to_string(bits_max) + " behind the /");
  network.prefix_bits = static_cast<std::uint8_t>(*bits);
  Bytes masked = network.address;
  for (unsigned bit = *bits; bit < bits_max; ++bit) {
    masked[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
  }
  if (masked == network.address) return network;
  network.address = masked;
  return wrong("has bits behind its prefix: write " + network.text());
}

bool Network::contains(const IpAddress& candidate) const {
  if (candidate.is_v6 != is_v6) return false;
  const std::size_t whole = prefix_bits / 8;
  if (!std::equal(address.begin(), address.begin() + static_cast<std::ptrdiff_t>(whole),
                  candidate.bytes.begin())) {
    return false;
  }
  for (std::size_t bit = whole * 8; bit < prefix_bits; ++bit) {
    if (is_set(address, bit) != is_set(candidate.bytes, bit)) return false;
  }
  return true;
}

std::string Network::text() const {
  return text_of(address, is_v6) + "/" + std::to_string(prefix_bits);
}

}  // namespace deskd::rules
