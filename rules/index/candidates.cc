#include "rules/index/candidates.h"

#include <algorithm>
#include <bit>

namespace deskd::rules {
namespace {

std::span<std::uint64_t> take_words(std::size_t count, std::pmr::memory_resource& scratch) {
  constexpr std::size_t size = sizeof(std::uint64_t);
  return {static_cast<std::uint64_t*>(scratch.allocate(count * size, size)), count};
}

}  // namespace

Candidates::Candidates(std::size_t rules, std::pmr::memory_resource& scratch)
    : words_(take_words(rules / bits + 1, scratch)),
      groups_(take_words(words_.size() / bits + 1, scratch)) {
  // The words would be a kilobyte and more to clear for each alert, of which it uses a few.
  std::ranges::fill(groups_, 0);
}

RuleNumber Candidates::next(RuleNumber from) const {
  std::size_t at = from / bits;
  std::size_t group = at / bits;
  if ((groups_[group] >> at % bits & 1) != 0) {
    const std::uint64_t left = words_[at] >> from % bits;
    if (left != 0) return from + static_cast<RuleNumber>(std::countr_zero(left));
  }
  std::uint64_t used = groups_[group] & ~std::uint64_t{1} << at % bits;
  while (used == 0) {
    if (++group == groups_.size()) return no_rule;
    used = groups_[group];
  }
  at = group * bits + static_cast<std::size_t>(std::countr_zero(used));
  return static_cast<RuleNumber>(at * bits) + static_cast<RuleNumber>(std::countr_zero(words_[at]));
}

}  // namespace deskd::rules
