#pragma once
// Runs the rules' own tests against a setup, with the decoders of its sources.

#include <span>

#include "config/problems.h"
#include "connectors/judging.h"
#include "rules/rule.h"
#include "rules/rule_test.h"

namespace deskd::daemon {

/// What does not hold is an error where the test says so.
rules::TestReport run_rule_tests(const connectors::Judging& judging,
                                 std::span<const rules::Rule> rules, config::Problems& problems);

}  // namespace deskd::daemon
