#pragma once
// The rules that are still worth a look, in the order of the file.

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <span>

#include "rules/verdict.h"

namespace deskd::rules {

/// A set of rule numbers that is read upwards while more are added. Lives for one judgement, in its
/// scratch memory; what adding and reading cost does not depend on how many rules there are.
class Candidates {
 public:
  /// For rules with numbers below `rules`.
  Candidates(std::size_t rules, std::pmr::memory_resource& scratch);

  void add(RuleNumber rule) {
    const std::size_t at = rule / bits;
    std::uint64_t& group = groups_[at / bits];
    const std::uint64_t is_used = std::uint64_t{1} << at % bits;
    if ((group & is_used) == 0) {
      group |= is_used;
      words_[at] = 0;
    }
    words_[at] |= std::uint64_t{1} << rule % bits;
  }

  /// The first that is not below `from`, which is at most the number of rules; no_rule: none is
  /// left.
  RuleNumber next(RuleNumber from) const;

 private:
  static constexpr std::size_t bits = 64;

  std::span<std::uint64_t> words_;   // a bit for each rule; holds nothing until its group says so
  std::span<std::uint64_t> groups_;  // a bit for each word that is in use
};

}  // namespace deskd::rules
