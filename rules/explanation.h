#pragma once
// Why a verdict is what it is: one alert's way through all rules, for people who ask.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/verdict.h"

namespace deskd::rules {

/// A condition that did not hold, as it stands in the file, and what it met.
struct FailedCondition {
  std::string path;  // "when.any[1].labels.speed.ge"
  std::string file;  // as shown to people
  std::uint32_t line = 0;
  std::string field;   // "labels.speed"; of a negated map its first
  std::string wanted;  // "ge 10000", "one of a, b", "not test"
  std::string value;   // as the rules above left it; empty: the field is missing
};

/// One decision that a matching rule states, and what became of it.
struct TracedDecision {
  enum class Fate : std::uint8_t {
    taken,
    stated_before,  // a rule above had taken it
    overruled,      // taken, but the second layer's rules have the last word
    unstated,       // it could not be made
    not_read,       // `clears` of an alert that fires
  };
  Decision decision = Decision::klass;
  std::string name;  // of a label or annotation
  Fate fate = Fate::taken;
  std::string value;           // taken or overruled
  RuleNumber other = no_rule;  // stated_before, overruled: which rule took it
  std::string why;             // unstated, not_read
};
/// "taken", "stated_before" …
std::string_view name(TracedDecision::Fate fate);

/// What one rule had to do with an alert.
struct RuleTrace {
  enum class Reading : std::uint8_t {
    matched,
    failed,       // one of its conditions did not hold
    not_reached,  // a `stop` or `drop` above ended the reading
  };
  RuleNumber rule = 0;
  Reading reading = Reading::failed;
  RuleNumber ended_by = no_rule;  // not_reached
  /// The first condition that failed. More than one: none of these alternatives of an `any` held.
  std::vector<FailedCondition> failures;
  std::vector<TracedDecision> decisions;  // matched
};

/// The verdict is the one that `judge` gives, and a view as that one is; the rest are copies.
struct Explanation {
  Verdict verdict;
  std::vector<RuleTrace> rules;  // all, in the order in which they are read
};

}  // namespace deskd::rules
