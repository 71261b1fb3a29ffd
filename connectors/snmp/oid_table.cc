#include "connectors/snmp/oid_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "config/check.h"

namespace deskd::connectors {
namespace {

using config::Problems;

OidView view(const OidDefinition& definition) { return OidView(definition.oid); }

/// In the order of their OIDs, one definition of each.
std::vector<OidDefinition> sorted(std::vector<OidDefinition> definitions, Problems& problems) {
  std::vector<OidDefinition*> order;
  order.reserve(definitions.size());
  for (OidDefinition& definition : definitions) order.push_back(&definition);
  std::ranges::sort(order, [](const OidDefinition* a, const OidDefinition* b) {
    const auto by_oid = view(*a) <=> view(*b);
    return by_oid == 0 ? a < b : by_oid < 0;
  });
  std::vector<OidDefinition> kept;
  kept.reserve(order.size());
  for (OidDefinition* definition : order) {
    if (kept.empty() || view(kept.back()) != view(*definition)) {
      kept.push_back(std::move(*definition));
      continue;
    }
    const OidDefinition& earlier = kept.back();
    if (earlier.place.file == definition->place.file) {
      problems.error(definition->place,
                     fmt::format("this OID is {}::{} already, at line {}", earlier.module,
                                 earlier.name, earlier.place.line));
    }
    kept.back() = std::move(*definition);
  }
  return kept;
}

/// Another one for each OID that has one sub-identifier more.
std::uint64_t extend(std::uint64_t hash, std::uint32_t sub_id) {
  constexpr std::uint64_t golden_ratio = 0x9E37'79B9'7F4A'7C15;
  hash = (hash + sub_id + 1) * golden_ratio;
  return hash ^ hash >> 32U;
}

std::uint64_t hash_of(OidView oid) {
  std::uint64_t hash = 0;
  for (const std::uint32_t sub_id : oid) hash = extend(hash, sub_id);
  return hash;
}

/// Makes entries of definitions, in the same order.
class Linker {
 public:
  Linker(std::span<const OidDefinition> definitions, Problems& problems)
      : definitions_(definitions), problems_(problems) {}

  /// All but what they refer to.
  std::vector<OidEntry> make_entries() {
    std::vector<OidEntry> entries(definitions_.size());
    for (std::size_t i = 0; i < entries.size(); ++i) copy(definitions_[i], entries[i]);
    return entries;
  }

  /// What they refer to: other entries of `table`, in which `entries` have their last place.
  void link(std::span<OidEntry> entries, const OidTable& table) {
    for (OidEntry& entry : entries) by_name_.emplace(entry.name, &entry);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      OidEntry& entry = entries[i];
      refer(definitions_[i], entry);
      if (entry.kind != OidKind::object) continue;
      const OidEntry* above = table.find(entry.oid().first(entry.oid().size() - 1));
      if (above != nullptr && above->kind == OidKind::row) entry.row = above;
    }
  }

 private:
  void copy(const OidDefinition& from, OidEntry& entry) {
    entry.sub_ids = from.oid;
    entry.module = from.module;
    entry.name = from.name;
    entry.kind = from.kind;
    entry.syntax = from.syntax;
    entry.fixed_size = from.fixed_size;
    entry.values = from.values;
    std::ranges::sort(entry.values, {}, &NamedNumber::number);
    const auto twice = std::ranges::adjacent_find(entry.values, {}, &NamedNumber::number);
    if (twice != entry.values.end()) {
      problems_.error(from.place, fmt::format("{} stands for '{}' and for '{}'", twice->number,
                                              twice->name, std::next(twice)->name));
    }
    if (from.kind == OidKind::row && from.refers.empty()) {
      problems_.error(from.place, "a row needs the objects of its index");
    }
    if (from.kind == OidKind::row && from.refers.size() > limits::index_objects_max) {
      problems_.error(from.place,
                      fmt::format("more than {} objects in an index", limits::index_objects_max));
    }
    if (!from.hint.empty()) read_hint(from, entry);
  }

  void read_hint(const OidDefinition& from, OidEntry& entry) {
    const bool is_text = from.syntax == Syntax::octets;
    const bool is_number = from.syntax == Syntax::integer || from.syntax == Syntax::unsigned_32;
    if (is_text) entry.octet_hint = OctetHint::parse(from.hint);
    if (is_number) entry.integer_hint = IntegerHint::parse(from.hint);
    if (!is_text && !is_number) {
      problems_.error(from.place, "only octets, integer and unsigned have a hint");
    } else if (!entry.octet_hint && !entry.integer_hint) {
      problems_.error(from.place, fmt::format("'{}' is no display hint {}", from.hint,
                                              is_text ? "of octets, like 255a, 255t or 1x:"
                                                      : "of a number, like d-2 or x"));
    }
  }

  void refer(const OidDefinition& from, OidEntry& entry) {
    for (const OidReference& reference : from.refers) {
      const OidEntry* object = resolve(reference, entry);
      if (object == nullptr) continue;
      if (object->kind != OidKind::object) {
        problems_.error(reference.place, fmt::format("'{}' is no object", reference.name));
      } else if (from.kind == OidKind::notification) {
        entry.objects.push_back(object);
      } else {
        check_index(reference, *object, &reference == &from.refers.back());
        entry.index.push_back({object, reference.implied});
      }
    }
  }

  void check_index(const OidReference& reference, const OidEntry& object, bool is_last) {
    const bool has_length = has_length_in_index(object.syntax);
    if (reference.implied && (!is_last || !has_length || object.fixed_size > 0)) {
      problems_.error(reference.place,
                      "only the last object of an index is IMPLIED, and only one of any size");
    }
    if (!is_index_syntax(object.syntax)) {
      problems_.error(reference.place, fmt::format("'{}' can't be an index", reference.name));
    }
  }

  /// In the module that is named, else in that of `entry`, else the only one of that name.
  const OidEntry* resolve(const OidReference& reference, const OidEntry& entry) {
    const auto [begin, end] = by_name_.equal_range(reference.name);
    const std::string& module = reference.module.empty() ? entry.module : reference.module;
    const auto found = std::find_if(
        begin, end, [&module](const auto& named) { return named.second->module == module; });
    if (found != end) return found->second;
    const bool is_only = begin != end && std::next(begin) == end;
    if (reference.module.empty() && is_only) return begin->second;
    problems_.error(reference.place,
                    reference.module.empty() && begin != end
                        ? fmt::format("'{}' stands in several modules: write MODULE::{}",
                                      reference.name, reference.name)
                        : fmt::format("no object '{}' in {}", reference.name, module));
    return nullptr;
  }

  std::span<const OidDefinition> definitions_;
  Problems& problems_;
  std::unordered_multimap<std::string_view, const OidEntry*> by_name_;
};

}  // namespace

std::string_view OidEntry::name_of(std::int64_t number) const {
  const auto found = std::ranges::lower_bound(values, number, {}, &NamedNumber::number);
  return found != values.end() && found->number == number ? found->name : std::string_view{};
}

std::expected<std::shared_ptr<const OidTable>, config::Problems> OidTable::compile(
    std::vector<OidDefinition> definitions) {
  Problems problems;
  const std::vector<OidDefinition> kept = sorted(std::move(definitions), problems);
  Linker linker(kept, problems);
  std::shared_ptr<OidTable> table(new OidTable(linker.make_entries()));
  linker.link(table->entries_, *table);
  if (problems.has_errors()) return std::unexpected(std::move(problems));
  return table;
}

OidTable::OidTable(std::vector<OidEntry> entries)
    : entries_(std::move(entries)), slots_(std::bit_ceil(2 * entries_.size() + 1)) {
  for (const OidEntry& entry : entries_) {
    DESKD_CHECK(!entry.sub_ids.empty() && entry.sub_ids.size() <= limits::oid_sub_ids_max);
    sizes_.set(entry.sub_ids.size());
    const std::uint64_t hash = hash_of(entry.oid());
    std::size_t at = hash & (slots_.size() - 1);
    while (slots_[at].entry != nullptr) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {hash, &entry};
  }
}

const OidEntry* OidTable::find_hashed(std::uint64_t hash, OidView oid) const {
  for (std::size_t at = hash; true; ++at) {
    const Slot& slot = slots_[at & (slots_.size() - 1)];
    if (slot.entry == nullptr) return nullptr;
    if (slot.hash == hash && slot.entry->oid() == oid) return slot.entry;
  }
}

const OidEntry* OidTable::find(OidView oid) const { return find_hashed(hash_of(oid), oid); }

const OidEntry* OidTable::find_longest(OidView oid) const {
  std::array<std::uint64_t, limits::oid_sub_ids_max + 1> hashes;
  hashes[0] = 0;
  const std::size_t longest = std::min(oid.size(), limits::oid_sub_ids_max);
  for (std::size_t i = 0; i < longest; ++i) hashes[i + 1] = extend(hashes[i], oid[i]);
  for (std::size_t size = longest; size > 0; --size) {
    if (!sizes_.test(size)) continue;
    if (const OidEntry* entry = find_hashed(hashes[size], oid.first(size))) return entry;
  }
  return nullptr;
}

const OidEntry* OidTable::find_notification(OidView trap_oid) const {
  const auto is_notification = [](const OidEntry* entry) {
    return entry != nullptr && entry->kind == OidKind::notification;
  };
  if (const OidEntry* entry = find(trap_oid); is_notification(entry)) return entry;
  const std::size_t size = trap_oid.size();
  if (size < 2 || trap_oid[size - 2] != 0) return nullptr;
  Oid without_zero(trap_oid.first(size - 2));
  static_cast<void>(without_zero.append(trap_oid[size - 1]));
  const OidEntry* entry = find(without_zero);
  return is_notification(entry) ? entry : nullptr;
}

}  // namespace deskd::connectors
