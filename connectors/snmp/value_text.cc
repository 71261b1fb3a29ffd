#include "connectors/snmp/value_text.h"

#include "connectors/snmp/opaque_number.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <variant>

namespace deskd::connectors {
namespace {

void append_decimal(auto number, std::string& out) {
  const fmt::format_int digits(number);
  out.append(digits.data(), digits.size());
}

void append_number(std::int64_t number, const OidEntry* object, std::string& out) {
  if (object != nullptr) {
    const bool has_names = object->syntax == Syntax::integer;
    if (const auto name = object->name_of(number); has_names && !name.empty()) {
      out += name;
      return;
    }
    if (object->integer_hint) {
      object->integer_hint->append(number, out);
      return;
    }
  }
  append_decimal(number, out);
}

/// As net-snmp shows it: `0:00:01.23`, `1 day, 3:04:05.06`, `2 days, …`.
void append_duration(std::uint32_t hundredths, std::string& out) {
  const std::uint32_t seconds = hundredths / 100;
  const std::uint32_t days = seconds / 86'400;
  const auto end = std::back_inserter(out);
  if (days > 0) fmt::format_to(end, "{} day{}, ", days, days == 1 ? "" : "s");
  fmt::format_to(end, "{}:{:02}:{:02}.{:02}", seconds / 3'600 % 24, seconds / 60 % 60, seconds % 60,
                 hundredths % 100);
}

/// By RFC 5952: the longest run of at least two zero groups, the first of equals, becomes `::`.
void append_ipv6(std::string_view octets, std::string& out) {
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < groups.size(); ++i) {
    groups[i] = static_cast<unsigned char>(octets[2 * i]) * 256U +
                static_cast<unsigned char>(octets[2 * i + 1]);
  }
  std::size_t zeros_begin = 0;
  std::size_t zeros = 1;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    std::size_t end = i;
    while (end < groups.size() && groups[end] == 0) ++end;
    if (end - i <= zeros) continue;
    zeros_begin = i;
    zeros = end - i;
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (zeros > 1 && i == zeros_begin) {
      out += "::";
      i += zeros - 1;
      continue;
    }
    if (i > 0 && out.back() != ':') out += ':';
    fmt::format_to(std::back_inserter(out), "{:x}", groups[i]);
  }
}

/// RFC 4001: the forms of ipv4, ipv6, and of both with a zone. False: none of them.
bool append_inet_address(std::string_view octets, std::string& out) {
  constexpr std::size_t zone_size = 4;
  const bool has_zone = octets.size() == 8 || octets.size() == 20;
  const std::string_view address = has_zone ? octets.substr(0, octets.size() - zone_size) : octets;
  if (address.size() == std::tuple_size_v<Ipv4>) {
    Ipv4 ipv4;
    std::ranges::copy(address, ipv4.begin());
    append_address(ipv4, out);
  } else if (address.size() == 16) {
    append_ipv6(address, out);
  } else {
    return false;
  }
  if (!has_zone) return true;
  std::uint32_t zone = 0;
  for (const char c : octets.substr(address.size())) {
    zone = zone << 8U | static_cast<unsigned char>(c);
  }
  fmt::format_to(std::back_inserter(out), "%{}", zone);
  return true;
}

/// The names of the bits that are set, the first is the highest of the first octet (RFC 3417,
/// section 8); a number for one without a name. False: none is set.
bool append_bits(std::string_view octets, const OidEntry& object, std::string& out) {
  // SMI's largest position is 65535, but nobody reads the names of so many.
  constexpr std::size_t octets_max = 128;
  if (octets.size() > octets_max) return false;
  bool is_first = true;
  for (std::size_t position = 0; position < octets.size() * 8; ++position) {
    const auto octet = static_cast<unsigned char>(octets[position / 8]);
    if ((octet >> (7 - position % 8) & 1U) == 0) continue;
    if (!is_first) out += ',';
    is_first = false;
    const auto name = object.name_of(static_cast<std::int64_t>(position));
    if (name.empty()) append_decimal(position, out);
    out += name;
  }
  return !is_first;
}

/// Octets that nobody says anything about: text where they look like text.
void append_unknown(std::string_view octets, std::string& out) {
  std::string_view text = octets;
  // Many agents send their strings with the zero that ends them in C.
  while (text.ends_with('\0')) text.remove_suffix(1);
  const bool has_letters =
      std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) > ' '; });
  if (has_letters && is_printable(text)) {
    out += text;
  } else {
    append_hex(octets, out);
  }
}

void append_octets(std::string_view octets, const OidEntry* object, std::string& out) {
  if (octets.empty()) return;
  if (object != nullptr) {
    if (object->syntax == Syntax::bits && append_bits(octets, *object, out)) return;
    if (object->syntax == Syntax::inet_address && append_inet_address(octets, out)) return;
    if (object->octet_hint && object->octet_hint->append(octets, out)) return;
    const bool is_binary =
        object->syntax == Syntax::bits || (object->fixed_size > 0 && !object->octet_hint);
    if (is_binary) {
      append_hex(octets, out);
      return;
    }
  }
  append_unknown(octets, out);
}

void append_oid(OidView oid, std::string& out) {
  OidText room;
  out += print(oid, room);
}

/// `upsAlarmOnBattery`, `ifOperStatus.3`, else numbers.
void append_oid_name(OidView oid, const OidTable& table, std::string& out) {
  const OidEntry* const entry = table.find_longest(oid);
  const bool is_whole = entry != nullptr && entry->oid().size() == oid.size();
  const bool is_instance = entry != nullptr && entry->kind == OidKind::object;
  if (!is_whole && !is_instance) {
    append_oid(oid, out);
    return;
  }
  out += entry->name;
  if (is_whole) return;
  out += '.';
  append_oid(oid.after(entry->oid().size()), out);
}

struct TextOf {
  const OidEntry* object;
  const OidTable& table;
  std::string& out;

  void operator()(NoValue) const {}
  void operator()(std::int32_t number) const { append_number(number, object, out); }
  void operator()(Unsigned32 value) const { append_number(value.number, object, out); }
  void operator()(TimeTicks value) const { append_duration(value.hundredths, out); }
  void operator()(Counter64 value) const { append_decimal(value.number, out); }
  void operator()(Octets value) const { append_octets(value.bytes, object, out); }
  void operator()(OidView oid) const { append_oid_name(oid, table, out); }
  void operator()(const Ipv4& address) const { append_address(address, out); }
  void operator()(Opaque value) const {
    if (value.bytes.empty() || append_opaque_number(value.bytes, out)) return;
    append_hex(value.bytes, out);
  }
};

struct RawOf {
  std::string& out;

  void operator()(NoValue) const {}
  void operator()(std::int32_t number) const { append_decimal(number, out); }
  void operator()(Unsigned32 value) const { append_decimal(value.number, out); }
  void operator()(TimeTicks value) const { append_decimal(value.hundredths, out); }
  void operator()(Counter64 value) const { append_decimal(value.number, out); }
  void operator()(Octets value) const { hex(value.bytes); }
  void operator()(OidView oid) const { append_oid(oid, out); }
  void operator()(const Ipv4& address) const {
    hex({reinterpret_cast<const char*>(address.data()), address.size()});
  }
  void operator()(Opaque value) const { hex(value.bytes); }

 private:
  void hex(std::string_view octets) const {
    if (!octets.empty()) append_hex(octets, out);
  }
};

}  // namespace

void append_text(const Value& value, const OidEntry* object, const OidTable& table,
                 std::string& out) {
  std::visit(TextOf{object, table, out}, value);
}

void append_raw(const Value& value, std::string& out) { std::visit(RawOf{out}, value); }

void append_address(const Ipv4& address, std::string& out) {
  fmt::format_to(std::back_inserter(out), "{}.{}.{}.{}", address[0], address[1], address[2],
                 address[3]);
}

}  // namespace deskd::connectors
