#include <array>
#include <cstddef>
#include <memory_resource>

#include "rules/decision/judgement.h"
#include "rules/rule_set.h"

namespace deskd::rules {
namespace {

// Enough for some 60 fields, 40 decisions and a bit for each of 100,000 rules; rule sets with more
// fall back on the arena.
constexpr std::size_t scratch_bytes = 24 * 1024;

}  // namespace

Verdict RuleSet::judge(const Alert& alert, std::pmr::memory_resource& arena) const {
  alignas(std::max_align_t) std::array<std::byte, scratch_bytes> buffer;
  std::pmr::monotonic_buffer_resource scratch(buffer.data(), buffer.size(), &arena);
  Judgement judgement(*compiled_, alert, arena, scratch);
  return judgement.run();
}

}  // namespace deskd::rules
