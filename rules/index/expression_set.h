#pragma once
// Which of many regular expressions may match a text, found in one pass over it.

#include <re2/set.h>

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace deskd::rules {

/// Immutable; any thread. A match takes memory from the heap for its answer; without a match, as
/// is usual, it takes none.
class ExpressionSet {
 public:
  /// Numbers the patterns from 0. Nothing when RE2 can't put them together within its memory.
  static std::optional<ExpressionSet> compile(std::span<const std::string_view> patterns);

  /// Calls `found` with the number of each pattern that matches `text`, as far as a rule's
  /// condition looks at it. False: no saying which, any of them may match.
  template <class Found>
  bool match(std::string_view text, Found found) const {
    if (const Any any = any_match(text); any != Any::some) return any == Any::none;
    std::vector<int> numbers;
    if (!all_matches(text, numbers)) return false;
    for (const int number : numbers) found(static_cast<std::size_t>(number));
    return true;
  }

 private:
  enum class Any { none, some, unknown };

  explicit ExpressionSet(std::unique_ptr<const RE2::Set> set) : set_(std::move(set)) {}
  Any any_match(std::string_view text) const;
  bool all_matches(std::string_view text, std::vector<int>& numbers) const;

  std::unique_ptr<const RE2::Set> set_;
};

}  // namespace deskd::rules
