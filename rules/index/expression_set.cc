#include "rules/index/expression_set.h"

#include <algorithm>
#include <cstdint>

#include "config/limits.h"

namespace deskd::rules {
namespace {

// Of a set and the states that its automaton has met, which are forgotten and made anew when there
// are more. A pattern by itself has 8 MiB.
constexpr std::int64_t set_bytes_max = 2 * limits::MiB;

re2::StringPiece seen_of(std::string_view text) {
  return {text.data(), std::min(text.size(), limits::matched_bytes_max)};
}

}  // namespace

std::optional<ExpressionSet> ExpressionSet::compile(std::span<const std::string_view> patterns) {
  RE2::Options options(RE2::Quiet);
  options.set_max_mem(set_bytes_max);
  auto set = std::make_unique<RE2::Set>(options, RE2::UNANCHORED);
  for (const std::string_view pattern : patterns) {
    if (set->Add(pattern, nullptr) < 0) return std::nullopt;
  }
  if (!set->Compile()) return std::nullopt;
  return ExpressionSet(std::move(set));
}

ExpressionSet::Any ExpressionSet::any_match(std::string_view text) const {
  RE2::Set::ErrorInfo error{};
  if (set_->Match(seen_of(text), nullptr, &error)) return Any::some;
  return error.kind == RE2::Set::kNoError ? Any::none : Any::unknown;
}

bool ExpressionSet::all_matches(std::string_view text, std::vector<int>& numbers) const {
  // The search for all may fail where that for any did not: it goes on to the end of the text.
  return set_->Match(seen_of(text), &numbers, nullptr);
}

}  // namespace deskd::rules
