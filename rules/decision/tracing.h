#pragma once
// A judgement that is watched: the same steps, each written down.

#include <memory_resource>
#include <optional>

#include "rules/decision/judgement.h"
#include "rules/explanation.h"

namespace deskd::rules {

/// Lives for one call of `explain`. Drives a Judgement, so that it can't decide otherwise, and
/// tries every rule.
class Tracing {
 public:
  Tracing(const RuleSet::Compiled& rules, const Alert& alert, std::pmr::memory_resource& arena,
          std::optional<RuleNumber> only);

  Explanation run();

 private:
  /// A decision of a matching rule that is settled only after the last rule.
  struct Late {
    const CompiledRule* rule = nullptr;
    std::size_t trace = 0;
  };

  void read_layer(std::span<const CompiledRule> rules, bool is_last);
  RuleTrace failed(const CompiledRule& rule);
  RuleTrace matched(const CompiledRule& rule);
  TracedDecision statement(const CompiledStatement& statement);
  std::optional<CompiledText::Value> value_of(const CompiledStatement& statement);
  std::string why_unstated(const CompiledStatement& statement);
  TracedDecision flag(Target target, std::string_view value) const;
  TracedDecision open_or_taken(Target target) const;
  void find_overruled();
  void settle(const Late& late);
  TracedDecision identity(const CompiledRule& rule, const Verdict& verdict);
  TracedDecision clears(const CompiledRule& rule, const Verdict& verdict);

  const RuleSet::Compiled& rules_;
  std::pmr::memory_resource& arena_;
  const std::optional<RuleNumber> only_;
  Judgement judgement_;
  Explanation explanation_;
  std::vector<Late> late_;
};

}  // namespace deskd::rules
