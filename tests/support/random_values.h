#pragma once
// Random field values from a seed: of every magnitude, with the extremes more often than chance
// would have it.

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "rules/time.h"
#include "rules/verdict.h"

namespace deskd::test {

class RandomValues {
 public:
  explicit RandomValues(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  bool flag() { return below(2) == 1; }

  template <typename Number = std::uint64_t>
  Number number() {
    if (below(8) == 0) return std::numeric_limits<Number>::max();
    return static_cast<Number>(random_() >> below(64));
  }
  rules::Time time() {
    switch (below(8)) {
      case 0:
        return rules::Time{};
      case 1:
        return rules::Time::max();
      case 2:
        return rules::Time::min();
      default:
        return rules::Time{rules::Duration{static_cast<std::int64_t>(random_())}};
    }
  }
  /// Any bytes; mostly short, some empty, a few long.
  std::string text() {
    const std::uint64_t length = below(20) == 0 ? below(5'000) : below(30);
    std::string bytes(length, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_());
    return bytes;
  }
  template <typename Enum>
  Enum one_of(Enum last) {
    return static_cast<Enum>(below(static_cast<std::uint64_t>(last) + 1));
  }
  rules::RuleNumber rule() { return flag() ? rules::no_rule : number<rules::RuleNumber>(); }

  template <typename Make>
  auto list(Make&& make) {
    std::vector<decltype(make())> items(below(6));
    for (auto& item : items) item = make();
    return items;
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace deskd::test
