#pragma once
// What a test expected, held against a verdict.

#include <optional>
#include <string>

#include "rules/rule.h"
#include "rules/rule_set.h"

namespace deskd::rules {

/// Nothing when the expectation holds; else one sentence: what was expected, what came, and the
/// rule that decided it.
std::optional<std::string> difference(const RuleSet& rule_set, const Verdict& verdict,
                                      const Expectation& expectation);

}  // namespace deskd::rules
