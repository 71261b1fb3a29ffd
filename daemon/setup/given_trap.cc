#include "daemon/setup/given_trap.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "config/encoding.h"
#include "config/reader.h"
#include "connectors/snmp/notification.h"
#include "connectors/snmp/oid.h"
#include "rules/network.h"

namespace deskd::daemon {

namespace {

using connectors::Oid;
using connectors::OidEntry;
using connectors::Syntax;
using connectors::Value;
using rules::Undecoded;
using Given = rules::GivenTrap::Varbind;

std::unexpected<Undecoded> wrong(const rules::Text& text, std::string why) {
  return std::unexpected(Undecoded{std::move(why), text.place});
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

/// What a value is where the test does not say.
Syntax syntax_of(const Given& given, const OidEntry* entry) {
  constexpr std::array words{std::pair{"integer", Syntax::integer},
                             std::pair{"unsigned", Syntax::unsigned_32},
                             std::pair{"counter64", Syntax::counter_64},
                             std::pair{"timeticks", Syntax::time_ticks},
                             std::pair{"text", Syntax::octets},
                             std::pair{"hex", Syntax::opaque},
                             std::pair{"oid", Syntax::oid},
                             std::pair{"address", Syntax::ip_address}};
  const auto found = std::ranges::find(words, std::string_view(given.type),
                                       [](const auto& word) { return word.first; });
  if (found != words.end()) return found->second;
  if (entry != nullptr) return entry->syntax;
  const bool is_number = !given.quoted && parse_number<std::int32_t>(given.value.text);
  return is_number ? Syntax::integer : Syntax::octets;
}

/// Bits by their names, the first one the highest of the first octet (RFC 2578, section 7.1.4).
std::optional<std::string> parse_bits(std::string_view text, const OidEntry& entry) {
  std::string octets;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(','));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    const auto found = std::ranges::find(entry.values, word, &connectors::NamedNumber::name);
    if (found == entry.values.end() || found->number < 0) return std::nullopt;
    const auto bit = static_cast<std::size_t>(found->number);
    if (octets.size() <= bit / 8) octets.resize(bit / 8 + 1);
    octets[bit / 8] = static_cast<char>(octets[bit / 8] | (0x80 >> (bit % 8)));
  }
  return octets;
}

/// The octets of a value that is sent as such.
std::optional<std::string> octets_of(const Given& given, Syntax syntax, const OidEntry* entry) {
  const std::string& text = given.value.text;
  if (syntax == Syntax::opaque || text.starts_with("0x")) return config::parse_hex(text);
  if (syntax == Syntax::bits && entry != nullptr) return parse_bits(text, *entry);
  if (syntax != Syntax::inet_address) return text;
  const auto address = rules::IpAddress::parse(text);
  if (!address) return std::nullopt;
  return std::string(address->bytes.begin(), address->bytes.begin() + (address->is_v6 ? 16 : 4));
}

}  // namespace

GivenTraps::GivenTraps(const connectors::OidTable& table) : table_(table) {
  for (const OidEntry& entry : table.entries()) by_name_.emplace(entry.name, &entry);
}

std::expected<connectors::Trap, Undecoded> GivenTraps::make(const rules::GivenTrap& given,
                                                            connectors::Batch& batch) {
  if (!rules::IpAddress::parse(given.from.text)) {
    return wrong(given.from, fmt::format("'{}' is no address", given.from.text));
  }
  const auto oid = read_oid(given.oid);
  if (!oid) return std::unexpected(oid.error());
  static const Oid snmp_trap_oid = Oid::parse("1.3.6.1.6.3.1.1.4.1.0").value_or(Oid());
  std::vector<connectors::Varbind>& varbinds = varbinds_.emplace_back();
  varbinds.push_back({snmp_trap_oid, oid->oid});
  for (const Given& varbind : given.varbinds) {
    const auto object = read_oid(varbind.object);
    if (!object) return std::unexpected(object.error());
    const auto value = read_value(varbind, object->entry, batch);
    if (!value) return std::unexpected(value.error());
    varbinds.push_back({object->oid, *value});
  }
  connectors::Trap trap;
  trap.sender_address = batch.keep(given.from.text);
  const auto taken = connectors::take_head(varbinds, trap);
  if (!taken) return std::unexpected(Undecoded{std::string(taken.error()), {}});
  return trap;
}

std::expected<GivenTraps::Named, Undecoded> GivenTraps::read_oid(const rules::Text& text) {
  if (const auto oid = Oid::parse(text.text)) {
    const connectors::OidView kept = keep(*oid);
    return Named{kept, table_.find_longest(kept)};
  }
  const std::string_view name = std::string_view(text.text).substr(0, text.text.find('.'));
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) {
    std::vector<std::string_view> names;
    for (const auto& [known, entry] : by_name_) names.push_back(known);
    return wrong(text, fmt::format("'{}' is neither an OID nor a name that the source knows{}",
                                   name, config::nearest_hint(name, names)));
  }
  Oid oid(found->second->oid());
  for (std::string_view rest = std::string_view(text.text).substr(name.size()); !rest.empty();) {
    rest.remove_prefix(1);
    const std::string_view part = rest.substr(0, rest.find('.'));
    const auto sub_id = parse_number<std::uint32_t>(part);
    if (!sub_id || !oid.append(*sub_id)) {
      return wrong(text, fmt::format("'{}' is no instance: NAME.3", text.text));
    }
    rest.remove_prefix(part.size());
  }
  return Named{keep(oid), found->second};
}

std::expected<Value, Undecoded> GivenTraps::read_value(const Given& varbind, const OidEntry* entry,
                                                       connectors::Batch& batch) {
  const Syntax syntax = syntax_of(varbind, entry);
  switch (syntax) {
    case Syntax::integer:
    case Syntax::unsigned_32:
    case Syntax::counter_64:
    case Syntax::time_ticks:
      return read_number(varbind, syntax, entry);
    case Syntax::oid: {
      const auto oid = read_oid(varbind.value);
      if (!oid) return std::unexpected(oid.error());
      return oid->oid;
    }
    case Syntax::ip_address: {
      const auto address = rules::IpAddress::parse(varbind.value.text);
      if (!address || address->is_v6) return wrong(varbind.value, "an IPv4 address expected");
      connectors::Ipv4 octets;
      std::copy_n(address->bytes.begin(), octets.size(), octets.begin());
      return octets;
    }
    default:
      break;
  }
  const auto octets = octets_of(varbind, syntax, entry);
  if (!octets) {
    return wrong(varbind.value, fmt::format("'{}' is no value of this object", varbind.value.text));
  }
  return connectors::Octets{batch.keep(*octets)};
}

std::expected<Value, Undecoded> GivenTraps::read_number(const Given& varbind, Syntax syntax,
                                                        const OidEntry* entry) const {
  const std::string_view text = varbind.value.text;
  if (syntax == Syntax::counter_64) {
    if (const auto number = parse_number<std::uint64_t>(text))
      return connectors::Counter64{*number};
  } else if (syntax == Syntax::integer) {
    if (const auto number = parse_number<std::int32_t>(text)) return *number;
  } else if (const auto number = parse_number<std::uint32_t>(text)) {
    if (syntax == Syntax::time_ticks) return connectors::TimeTicks{*number};
    return connectors::Unsigned32{*number};
  }
  std::vector<std::string_view> names;
  if (entry != nullptr) {
    for (const connectors::NamedNumber& value : entry->values) {
      if (value.name == text) return value.number;
      names.push_back(value.name);
    }
  }
  return wrong(varbind.value, fmt::format("'{}' is no number that fits this object{}{}", text,
                                          names.empty() ? "" : ", nor a name of its values",
                                          config::nearest_hint(text, names)));
}

}  // namespace deskd::daemon
