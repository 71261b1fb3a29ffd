#include "connectors/snmp/mibs/reading/mib_definitions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "config/limits.h"
#include "connectors/snmp/display_hint.h"
#include "connectors/snmp/mibs/reading/word_lines.h"
#include "connectors/snmp/oid_csv.h"

namespace deskd::connectors {
namespace {

/// A row that augments another should not be augmented itself (RFC 2578, section 7.8), but some
/// are, and a circle would have no end.
constexpr int augments_max = 4;

/// An object that stands in the index of a row, or comes with a notification.
struct Object {
  std::string module;
  std::string name;
  Syntax syntax = Syntax::none;
  std::uint16_t fixed_size = 0;
};

/// The more it says, the higher.
int rank(OidKind kind) {
  switch (kind) {
    case OidKind::notification:
      return 3;
    case OidKind::row:
      return 2;
    case OidKind::object:
      return 1;
    case OidKind::node:
      break;
  }
  return 0;
}

std::string dotted(OidView oid) {
  OidText room;
  return std::string(print(oid, room));
}

bool is_shown_hint(const MibNode& node) {
  if (!std::ranges::all_of(node.hint, [](char c) { return c >= ' ' && c <= '~'; })) return false;
  if (node.syntax == Syntax::octets) return OctetHint::parse(node.hint).has_value();
  const bool is_number = node.syntax == Syntax::integer || node.syntax == Syntax::unsigned_32;
  return is_number && IntegerHint::parse(node.hint).has_value();
}

/// Without names that are none and numbers that have a name already.
std::vector<NamedNumber> named_values(const MibNode& node) {
  std::vector<NamedNumber> values;
  if (node.syntax != Syntax::integer && node.syntax != Syntax::bits) return values;
  std::set<std::int32_t> numbers;
  for (const NamedNumber& value : node.values) {
    if (values.size() == limits::oid_values_max) break;
    if (is_oid_name(value.name) && numbers.insert(value.number).second) values.push_back(value);
  }
  std::ranges::sort(values, {}, &NamedNumber::number);
  return values;
}

class Definitions {
 public:
  Definitions(const MibTree& tree, const OidTable& shipped, std::vector<MibProblem>& problems)
      : tree_(tree), shipped_(shipped), problems_(problems) {
    for (const OidEntry& entry : shipped.entries()) {
      shipped_names_[{entry.module, entry.name}] = &entry;
    }
  }

  std::vector<OidDefinition> run() {
    choose();
    for (const MibNode& node : tree_.nodes) by_name_.emplace(node.name, &node);
    std::vector<OidDefinition> definitions;
    for (const MibNode* node : chosen_) definitions.push_back(define(*node));
    return definitions;
  }

 private:
  /// One node for each OID.
  void choose() {
    std::vector<const MibNode*> order;
    for (const MibNode& node : tree_.nodes) {
      if (!node.is_carried && is_oid_name(node.name) && is_oid_name(node.module) &&
          Oid::parse(dotted(OidView(node.oid)))) {
        order.push_back(&node);
      }
    }
    std::ranges::sort(order, [](const MibNode* a, const MibNode* b) {
      const auto by_oid = OidView(a->oid) <=> OidView(b->oid);
      if (by_oid != 0) return by_oid < 0;
      // Of equal rank the first in the tree.
      return rank(a->kind) == rank(b->kind) ? a < b : rank(a->kind) > rank(b->kind);
    });
    for (const MibNode* node : order) {
      if (const OidEntry* entry = shipped_.find(OidView(node->oid))) {
        if (entry->name != node->name) say_two_names(*node, entry->module, entry->name);
      } else if (const OidEntry* twin = shipped_twin(*node)) {
        say(*node, node->name,
            fmt::format("'{}' is {} here, and {}::{} is {} already: that one stays", node->name,
                        dotted(OidView(node->oid)), twin->module, twin->name, dotted(twin->oid())));
      } else if (chosen_.empty() || chosen_.back()->oid != node->oid) {
        chosen_.push_back(node);
      } else if (chosen_.back()->name != node->name) {
        say_two_names(*node, chosen_.back()->module, chosen_.back()->name);
      }
    }
  }

  /// The shipped one of its name in its module, which shipped rows and traps refer to.
  const OidEntry* shipped_twin(const MibNode& node) const {
    const auto found = shipped_names_.find({node.module, node.name});
    return found == shipped_names_.end() ? nullptr : found->second;
  }

  void say_two_names(const MibNode& node, std::string_view module, std::string_view name) {
    say(node, node.name,
        fmt::format("'{}' is {}, which is called {}::{} already: that name stays", node.name,
                    dotted(OidView(node.oid)), module, name));
  }

  void say(const MibNode& node, const std::string& word, std::string text) {
    if (problems_.size() == limits::mib_problems_max) return;
    problems_.push_back({node.file, words_.find(node.file, word), std::move(text)});
  }

  OidDefinition define(const MibNode& node) {
    OidDefinition definition{.oid = node.oid, .module = node.module, .name = node.name};
    definition.kind = node.kind;
    if (node.kind == OidKind::row) refer_index(node, definition);
    if (node.kind == OidKind::notification) refer_objects(node, definition);
    if (node.kind != OidKind::object) return definition;
    definition.syntax = node.syntax;
    if (node.syntax == Syntax::none) {
      say(node, node.name, fmt::format("the syntax of {} is defined nowhere", node.name));
      // Then the value that is sent says enough: as an integer it is shown as what it is.
      definition.syntax = Syntax::integer;
    }
    definition.fixed_size = node.fixed_size;
    definition.values = named_values(node);
    if (is_shown_hint(node)) definition.hint = node.hint;
    return definition;
  }

  void refer_objects(const MibNode& node, OidDefinition& definition) {
    for (const OidReference& reference : node.refers) {
      if (definition.refers.size() == limits::oid_references_max) return;
      const std::optional<Object> object = find_object(node, reference.name);
      if (object) {
        definition.refers.push_back({.module = object->module, .name = object->name});
      } else {
        say(node, node.name,
            fmt::format("{} of {} is no object that is known", reference.name, node.name));
      }
    }
  }

  /// A row that has no index that can be decoded is a name and no more.
  void refer_index(const MibNode& node, OidDefinition& definition) {
    std::string fault;
    auto index = index_of(node, augments_max, fault);
    if (index && index->size() > limits::index_objects_max) {
      fault = fmt::format("has more than {} objects", limits::index_objects_max);
    }
    if (fault.empty() && index) {
      definition.refers = *std::move(index);
      return;
    }
    definition.kind = OidKind::node;
    say(node, node.name,
        fmt::format("the index of {} {}: its rows are not told apart by name", node.name, fault));
  }

  std::optional<std::vector<OidReference>> index_of(const MibNode& row, int depth,
                                                    std::string& fault) {
    if (!row.augments.empty()) return index_of_augmented(row, depth, fault);
    std::vector<OidReference> index;
    for (const OidReference& reference : row.refers) {
      const std::optional<Object> object = find_object(row, reference.name);
      if (!object || object->syntax == Syntax::none) {
        fault = fmt::format("has {}, which is no object that is known", reference.name);
        return std::nullopt;
      }
      if (!is_index_syntax(object->syntax)) {
        fault = fmt::format("has {}, whose values can't stand in an OID", reference.name);
        return std::nullopt;
      }
      const bool is_implied = reference.implied && &reference == &row.refers.back() &&
                              has_length_in_index(object->syntax) && object->fixed_size == 0;
      index.push_back({.module = object->module, .name = object->name, .implied = is_implied});
    }
    if (index.empty()) fault = "is empty";
    return index;
  }

  std::optional<std::vector<OidReference>> index_of_augmented(const MibNode& row, int depth,
                                                              std::string& fault) {
    const MibNode* const other = find(row, row.augments);
    if (other == nullptr || depth == 0) {
      fault = fmt::format("is that of {}, which is no row that is known", row.augments);
      return std::nullopt;
    }
    const OidEntry* const entry = shipped_.find(OidView(other->oid));
    if (entry == nullptr) return index_of(*other, depth - 1, fault);
    std::vector<OidReference> index;
    for (const IndexObject& each : entry->index) {
      index.push_back({each.object->module, each.object->name, each.implied, {}});
    }
    if (index.empty()) fault = fmt::format("is that of {}, which is no row", row.augments);
    return index;
  }

  /// As it is known in the end: by the shipped table, else by the node that was chosen.
  std::optional<Object> find_object(const MibNode& from, const std::string& name) {
    const MibNode* const node = find(from, name);
    if (node == nullptr) return std::nullopt;
    const OidView oid(node->oid);
    if (const OidEntry* entry = shipped_.find(oid)) {
      if (entry->kind != OidKind::object) return std::nullopt;
      return Object{entry->module, entry->name, entry->syntax, entry->fixed_size};
    }
    const auto chosen = std::ranges::lower_bound(
        chosen_, oid, [](OidView a, OidView b) { return (a <=> b) < 0; },
        [](const MibNode* each) { return OidView(each->oid); });
    const bool is_there = chosen != chosen_.end() && OidView((*chosen)->oid) == oid;
    const OidEntry* const twin = shipped_twin(*node);
    if (!is_there && twin != nullptr && twin->kind == OidKind::object) {
      return Object{twin->module, twin->name, twin->syntax, twin->fixed_size};
    }
    if (!is_there || (*chosen)->kind != OidKind::object) return std::nullopt;
    return Object{(*chosen)->module, (*chosen)->name, (*chosen)->syntax, (*chosen)->fixed_size};
  }

  /// Of the module itself, of the one that it imports the name from, else of any.
  const MibNode* find(const MibNode& from, const std::string& name) const {
    const auto [begin, end] = by_name_.equal_range(name);
    const auto of_module = [&](const std::string& module) -> const MibNode* {
      const auto found =
          std::find_if(begin, end, [&](const auto& each) { return each.second->module == module; });
      return found == end ? nullptr : found->second;
    };
    if (const MibNode* own = of_module(from.module)) return own;
    if (const auto imports = tree_.imports.find(from.module); imports != tree_.imports.end()) {
      const auto source = imports->second.find(name);
      const MibNode* const imported =
          source == imports->second.end() ? nullptr : of_module(source->second);
      if (imported != nullptr) return imported;
    }
    return begin == end ? nullptr : begin->second;
  }

  const MibTree& tree_;
  const OidTable& shipped_;
  std::map<std::pair<std::string_view, std::string_view>, const OidEntry*> shipped_names_;
  std::vector<MibProblem>& problems_;
  WordLines words_;
  std::vector<const MibNode*> chosen_;  // by OID
  std::unordered_multimap<std::string_view, const MibNode*> by_name_;
};

}  // namespace

std::vector<OidDefinition> definitions_of(const MibTree& tree, const OidTable& shipped,
                                          std::vector<MibProblem>& problems) {
  return Definitions(tree, shipped, problems).run();
}

}  // namespace deskd::connectors
