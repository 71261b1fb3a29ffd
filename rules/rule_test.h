#pragma once
// Runs the tests that people wrote into their rules.

#include <cstddef>
#include <expected>
#include <functional>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/problems.h"
#include "rules/alert.h"
#include "rules/rule.h"
#include "rules/rule_set.h"

namespace deskd::rules {

/// Decodes `body` as the configured source would, as if received at `at`; the alerts' memory lives
/// in `arena`. On failure one sentence that says why. Supplied by who knows the sources.
using DecodeBody = std::function<std::expected<std::vector<Alert>, std::string>(
    std::string_view source, std::string_view body, Time at, std::pmr::memory_resource& arena)>;

struct TestReport {
  std::size_t run = 0;
  std::size_t failed = 0;
};

/// Runs every test of `rules`, each against the whole `rule_set`. An expectation that does not hold
/// is an error at its own place: what was expected, what came, and the rule that decided it.
TestReport run_tests(const RuleSet& rule_set, std::span<const Rule> rules,
                     const DecodeBody& decode_body, config::Problems& problems);

}  // namespace deskd::rules
