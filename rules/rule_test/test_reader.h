#pragma once
// `tests:` of a rule from YAML to plain tests.

#include <vector>

#include "config/reader.h"
#include "rules/rule.h"

namespace deskd::rules {

/// Reads a list of `{given, expect}`. Every mistake becomes a problem; a test with one is left out.
std::vector<RuleTest> read_tests(const config::Node& node, config::Problems& problems);

}  // namespace deskd::rules
