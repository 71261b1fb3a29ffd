#pragma once
// Finds the few rules that an alert can match, so that judging does not try all of them.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "rules/condition/subject.h"
#include "rules/index/candidates.h"
#include "rules/index/expression_set.h"
#include "rules/index/index_key.h"
#include "rules/index/rule_keys.h"

namespace deskd::rules {

/// For each rule, keys of which one hits whenever the rule holds; rules without such keys are
/// always candidates. What it finds is where to look, never a verdict: a candidate's conditions are
/// tried in full.
///
/// Immutable; any thread. Looking up takes no memory, but for expressions that match.
class RuleIndex {
 public:
  RuleIndex() = default;
  /// `rules` by number. A copy of what it needs of them is kept.
  RuleIndex(std::span<const Whens> rules, FieldTable& fields);

  /// Adds the rules that can hold of the alert as decoded; `subject` has not been changed yet.
  void look_up(Subject& subject, Candidates& candidates) const;
  /// Adds those that can hold since the field has this value. With this, rules below one that
  /// changes a field are found by what it is now; those that were found by what it was don't hold.
  void look_up(Slot slot, std::string_view value, Candidates& candidates) const {
    const std::uint32_t field = field_of_slot_[slot];
    if (field < fields_.size()) look_up(fields_[field], value, candidates);
  }

 private:
  using Kind = IndexKey::Kind;

  /// A part of `numbers_`.
  struct Postings {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };
  /// As much of a value as some key is about.
  struct Stretch {
    Kind kind = Kind::prefix;
    std::size_t bytes = 0;
    auto operator<=>(const Stretch&) const = default;
  };
  struct Expressions {
    ExpressionSet set;
    std::vector<Postings> postings;  // by the pattern's number
    Postings all;
  };
  struct FieldIndex {
    FieldName name;
    Slot slot = 0;
    std::size_t literal_bytes_max = 0;
    std::vector<Stretch> stretches;  // each once
    std::vector<Expressions> expressions;
  };
  struct HashIsKnown {
    using is_avalanching = void;
    std::size_t operator()(std::uint64_t hash) const { return hash; }
  };
  class Builder;

  void look_up(const FieldIndex& field, std::string_view value, Candidates& candidates) const;
  void look_up(std::span<const FieldIndex> fields, std::span<const Label> labels, Subject& subject,
               Candidates& candidates) const;
  void find(const IndexKey& key, Candidates& candidates) const;
  void add(Postings postings, Candidates& candidates) const;

  boost::unordered_flat_map<std::uint64_t, Postings, HashIsKnown> postings_;  // by a key's hash
  std::vector<RuleNumber> numbers_;
  Postings always_;
  std::vector<FieldIndex> fields_;  // plain ones, labels by name, annotations by name
  std::size_t plain_end_ = 0, labels_end_ = 0;
  std::vector<std::uint32_t> field_of_slot_;  // index into fields_; its size: no key has the slot
};

}  // namespace deskd::rules
