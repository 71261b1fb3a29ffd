#pragma once
// By which keys each rule of a set is found.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "rules/index/index_key.h"
#include "rules/rule.h"

namespace deskd::rules {

/// The conditions of one rule, all of which must hold.
using Whens = std::vector<std::shared_ptr<const Condition>>;

/// Chooses for each rule keys of which at least one hits whenever the rule holds, and among those
/// that do the ones that fewest other rules could be found by. Lives while an index is built; the
/// conditions outlive it.
class RuleKeys {
 public:
  RuleKeys(std::span<const Whens> rules, FieldTable& fields);

  /// Nothing when no key is sure to hit: such a rule must be tried for every alert.
  std::optional<std::span<const IndexKey>> of(const Whens& rule) const;

 private:
  struct Choice {
    std::vector<IndexKey> keys;
    std::uint64_t cost = 0;  // roughly: rules to be tried when a key hits
  };
  using Choices = std::optional<Choice>;

  void count(const Condition& condition, std::uint64_t times);
  void count(const Test& test, Slot slot, std::uint64_t times);
  Choices choose(const Condition& condition) const;
  Choices choose(const Test& test, Slot slot) const;
  template <class Parts, class ChoosePart>
  Choices of_any(const Parts& parts, ChoosePart choose_part) const;
  template <class Parts, class ChoosePart>
  Choices of_all(const Parts& parts, ChoosePart choose_part) const;
  Choices priced(std::vector<IndexKey> keys) const;

  FieldTable& fields_;
  boost::unordered_flat_map<std::uint64_t, std::uint64_t> counts_;  // rules by a key's hash
  std::map<const Condition*, Choices> chosen_;                      // of top-level conditions
  std::uint64_t keys_max_ = 0;  // for each rule that shares the condition at hand
};

}  // namespace deskd::rules
