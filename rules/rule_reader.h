#pragma once
// From YAML to plain rules: the form of a rules file is checked here, its sense when it is
// compiled.

#include <vector>

#include "config/reader.h"
#include "rules/rule.h"

namespace deskd::rules {

struct RulesFile {
  bool profile = false;     // also noted on each rule
  std::vector<Rule> rules;  // in file order; the file's own `when` is part of each
};

/// Reads one rules file. Every mistake becomes a problem with its place; what was readable is
/// returned all the same, so that compiling it can find the remaining ones.
RulesFile read_rules(const config::Node& document, config::Problems& problems);

/// Warns of rules that don't say `why` they exist or who is their `owner`.
void lint(const std::vector<Rule>& rules, config::Problems& problems);

}  // namespace deskd::rules
