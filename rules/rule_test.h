#pragma once
// Runs the tests that people wrote into their rules.

#include <cstddef>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/problems.h"
#include "rules/alert.h"
#include "rules/rule.h"
#include "rules/rule_set.h"

namespace deskd::rules {

/// Why something given could not be decoded.
struct Undecoded {
  std::string why;                     // one sentence
  std::optional<config::Place> place;  // none: the body or the trap as a whole
};

/// Decodes the body or the trap of `given` as its source would, as if received at `given.at`.
/// Supplied by who knows the sources, who keeps the alerts' memory until all tests have run.
using DecodeGiven = std::function<std::expected<std::vector<Alert>, Undecoded>(const Given& given)>;

struct TestReport {
  std::size_t run = 0;
  std::size_t failed = 0;
};

/// Runs every test of `rules`, each against the whole `rule_set`. An expectation that does not hold
/// is an error at its own place: what was expected, what came, and the rule that decided it.
TestReport run_tests(const RuleSet& rule_set, std::span<const Rule> rules,
                     const DecodeGiven& decode, config::Problems& problems);

}  // namespace deskd::rules
