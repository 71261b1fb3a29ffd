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

/// Memory of one judgement; what does not fit comes from `more`. Nothing is given back.
class Scratch final : public std::pmr::memory_resource {
 public:
  explicit Scratch(std::pmr::memory_resource& more) : more_(more) {}

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    const std::size_t begin = (used_ + alignment - 1) & ~(alignment - 1);
    if (alignment > alignof(std::max_align_t) || bytes > buffer_.size() - begin) {
      return more_.allocate(bytes, alignment);
    }
    used_ = begin + bytes;
    return buffer_.data() + begin;
  }
  void do_deallocate(void*, std::size_t, std::size_t) override {}
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  alignas(std::max_align_t) std::array<std::byte, scratch_bytes> buffer_;
  std::size_t used_ = 0;
  std::pmr::memory_resource& more_;
};

}  // namespace

Verdict RuleSet::judge(const Alert& alert, std::pmr::memory_resource& arena) const {
  Scratch scratch(arena);
  Judgement judgement(*compiled_, alert, arena, scratch);
  return judgement.run();
}

}  // namespace deskd::rules
